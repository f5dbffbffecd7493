using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Containers.Checks;

/// <summary>config.md, "POSIX-platform Hooks": paths are absolute, and a timeout, where there is one, is above zero.</summary>
internal static class HookCheck
{
    public static void Run(OciHooks? hooks)
    {
        if (hooks is null) return;
        Check("prestart", hooks.Prestart);
        Check("createRuntime", hooks.CreateRuntime);
        Check("createContainer", hooks.CreateContainer);
        Check("startContainer", hooks.StartContainer);
        Check("poststart", hooks.Poststart);
        Check("poststop", hooks.Poststop);
    }

    private static void Check(string kind, IReadOnlyList<OciHook>? hooks)
    {
        for (int i = 0; i < hooks?.Count; i++)
        {
            if (!hooks[i].Path.StartsWith('/'))
                throw GantryException.Invalid($"hooks.{kind}[{i}].path \"{hooks[i].Path}\" is not absolute");
            if (hooks[i].Timeout is <= 0 and { } seconds)
                throw GantryException.Invalid($"hooks.{kind}[{i}].timeout is {seconds}; it must be above zero");
        }
    }
}
