namespace Gantry.Engine.Containers.Settings;

/// <summary>What <c>--security-opt</c> says.</summary>
public sealed record SecurityOptions
{
    public bool NoNewPrivileges { get; init; }
    /// <summary><c>unconfined</c>, <c>builtin</c>, or a policy as JSON; null when not given.</summary>
    public string? Seccomp { get; init; }
    public string? AppArmor { get; init; }
    public string? SystemPaths { get; init; }

    /// <param name="options">Each <c>name=value</c> (or, as long ago, <c>name:value</c>), or a lone <c>no-new-privileges</c>.</param>
    public static SecurityOptions Parse(IReadOnlyList<string>? options)
    {
        SecurityOptions result = new();
        foreach (string option in options ?? [])
        {
            if (option == "no-new-privileges")
            {
                result = result with { NoNewPrivileges = true };
                continue;
            }
            int separator = option.IndexOf('=');
            if (separator < 0) separator = option.IndexOf(':');
            if (separator < 0) throw GantryException.Invalid($"invalid --security-opt 1: \"{option}\"");
            string value = option[(separator + 1)..];
            result = option[..separator] switch
            {
                "no-new-privileges" => result with { NoNewPrivileges = Boolean(value) },
                "seccomp" => result with { Seccomp = value },
                "apparmor" => result with { AppArmor = AppArmorProfile(value) },
                "label" => value == "disable" ? result
                    : throw GantryException.Invalid("SELinux is not active on this host: --security-opt label needs it"),
                "systempaths" => result with { SystemPaths = value },
                "writable-cgroups" => result,
                _ => throw GantryException.Invalid($"invalid --security-opt 2: \"{option}\""),
            };
        }
        return result;
    }

    private static bool Boolean(string value) =>
        GoBool.Parse(value) ?? throw GantryException.Invalid($"invalid --security-opt 2: \"no-new-privileges={value}\"");

    private static string? AppArmorProfile(string profile)
    {
        if (profile == "unconfined") return null;
        bool active = File.Exists("/sys/module/apparmor/parameters/enabled")
            && File.ReadAllText("/sys/module/apparmor/parameters/enabled").StartsWith('Y');
        return active ? profile
            : throw GantryException.Invalid($"AppArmor is not active on this host: --security-opt apparmor={profile} needs it");
    }
}
