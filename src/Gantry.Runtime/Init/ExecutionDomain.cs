using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>linux.personality (config-linux.md): whose system calls and uname the process sees; personality(2).</summary>
internal static class ExecutionDomain
{
    private const uint Linux = 0, Linux32 = 8;

    public static uint Number(OciPersonality personality)
    {
        if (personality.Flags is { Count: > 0 } flags)
            throw GantryException.Unsupported($"linux.personality.flags: \"{flags[0]}\" is not known; the specification has none yet");
        return personality.Domain switch
        {
            "LINUX" => Linux,
            "LINUX32" => Linux32,
            _ => throw GantryException.Invalid($"linux.personality.domain \"{personality.Domain}\" is not known; it is LINUX or LINUX32"),
        };
    }
}
