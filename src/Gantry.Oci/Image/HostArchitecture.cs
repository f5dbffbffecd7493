using System.Runtime.InteropServices;

namespace Gantry.Oci.Image;

/// <summary>This machine's.</summary>
public static class HostArchitecture
{
    /// <summary>As images have it, which is Go's name: <c>amd64</c>.</summary>
    public static string Name { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        var other => other.ToString().ToLowerInvariant(),
    };

    /// <summary>As uname has it: <c>x86_64</c>.</summary>
    public static string Machine { get; } = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "x86_64",
        Architecture.Arm64 => "aarch64",
        var other => other.ToString().ToLowerInvariant(),
    };
}
