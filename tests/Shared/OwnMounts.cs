using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gantry.Tests.Shared;

/// <summary>
/// A program of tests has mounts and device nodes of its own: what another one does on the same host at the same time,
/// or a container engine beside it, is not held against this one, and what a test leaves mounted goes with its program.
/// </summary>
/// <remarks>It executes itself once more, for of a process with threads only one can change its mount namespace.
/// Where that is not allowed, it goes on with the host's.</remarks>
internal static partial class OwnMounts
{
    private const string Mark = "GANTRY_TESTS_OWN_MOUNTS";

    // The kernel has one devtmpfs for all who mount one, so the nodes are copied. What is mounted below /dev stays that.
    private const string Prepare = """
        devices() {
            new=$(mktemp -d) && mount -t tmpfs -o mode=755 dev "$new" && cp -ax /dev/. "$new" || return
            for below in /dev/*; do
                ! mountpoint -q "$below" || mount --rbind "$below" "$new/${below#/dev/}" || return
            done
            mount --move "$new" /dev && rmdir "$new"
        }
        devices
        exec "$@"
        """;

    [ModuleInitializer]
    internal static void Take()
    {
        if (Environment.UserName != "root" || Environment.GetEnvironmentVariable(Mark) is not null) return;
        string[] own = File.ReadAllText("/proc/self/cmdline").Split('\0')[..^1];
        own[0] = Environment.ProcessPath!;
        string?[] line = ["env", $"{Mark}=1", "unshare", "--mount", "--propagation", "private", "sh", "-c", Prepare, "sh", .. own, null];
        execvp(line[0]!, line);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)] private static partial int execvp(string file, string?[] arguments);
}
