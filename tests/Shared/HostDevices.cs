using System.Diagnostics;
using Gantry.Tests.Shared;
using Xunit;

[assembly: AssemblyFixture(typeof(HostDevices))]

namespace Gantry.Tests.Shared;

/// <summary>
/// The host's own device nodes are after all tests what they were before them: no container, no runtime and no test changed mode,
/// owner or times of one.
/// </summary>
/// <remarks>The time of the last change tells even what was put right again, for nobody can set it.</remarks>
public sealed class HostDevices : IDisposable
{
    private static readonly string[] Nodes =
        ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/kmsg", "/dev/fuse", "/dev/net/tun"];

    private readonly string _before = Look();

    /// <returns>A line for each: mode, owner, group, change. Not the modification:
    /// the kernel notes there that anybody wrote to a terminal.</returns>
    public static string Look()
    {
        ProcessStartInfo stat = new("stat", ["-c", "%n %a %u:%g %z", .. Nodes.Where(File.Exists)]) { RedirectStandardOutput = true };
        using Process process = Process.Start(stat)!;
        string lines = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return lines;
    }

    public void Dispose()
    {
        string after = Look();
        if (after == _before) return;
        throw new InvalidOperationException(
            $"device nodes of the host were changed while these tests ran; before:\n{_before}after:\n{after}");
    }
}
