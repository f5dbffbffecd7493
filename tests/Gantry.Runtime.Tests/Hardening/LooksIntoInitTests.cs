using System.Diagnostics;
using System.Runtime.InteropServices;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2016-9962 and its kin: what becomes a container's process still has something of the host, in its memory, environment,
/// tree or keyring.</summary>
public sealed partial class LooksIntoInitTests : IDisposable
{
    private const long AddKey = 248, KeyControl = 250;
    private const int JoinSession = 1, SetPermissions = 5, SessionKeyring = -3;
    private const uint PossessorOnly = 0x3F000000, HostId = 200_000;

    private readonly HostileBundle _bundle = new();

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial long Call(long number, string? a, string? b, string? c, nint d, int e);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Control(long number, int operation, nint a, nint b);

    [Fact]
    public void ItsEnvironmentIsEmptyAndItsArgumentsSayNothing()
    {
        _bundle.Write(["true"], static s => s with { Process = s.Process! with { Env = ["PATH=/bin", "SECRET=of-the-container"] } });
        int pid = _bundle.Create();
        Assert.Equal("", File.ReadAllText($"/proc/{pid}/environ"));
        Assert.Matches("^gantry-runtime\0init\0[0-9]+\0$", File.ReadAllText($"/proc/{pid}/cmdline"));
    }

    [Fact]
    public void TheHostsSessionKeyringStaysOutside()
    {
        Assert.SkipUnless(File.Exists("/proc/keys"), "this kernel has no keyrings");
        string key = $"gantry-test-{_bundle.Id}";
        string[] seen = [];
        // The session keyring is the thread's, and a child's is that of the thread that makes it.
        Thread thread = new(() =>
        {
            Control(KeyControl, JoinSession, 0, 0);
            long serial = Call(AddKey, "user", key, "x", 1, SessionKeyring);
            Assert.True(serial > 0);
            Control(KeyControl, SetPermissions, (nint)serial, (nint)PossessorOnly);
            Assert.Contains(key, Output("cat", "/proc/keys"));
            _bundle.Script("cat /proc/keys");
            string first = Output(RuntimeProgram.Path, "--root", _bundle.Bundle.StateRoot, "run", "-b", _bundle.Bundle.Path, _bundle.Id);
            _bundle.Write(["sleep", "100"]);
            Output("/bin/sh", "-c", "exec \"$0\" \"$@\" < /dev/null > /dev/null 2>&1", RuntimeProgram.Path, "--root",
                _bundle.Bundle.StateRoot, "run", "-d", "-b", _bundle.Bundle.Path, _bundle.Id);
            seen = [first, Output(RuntimeProgram.Path, "--root", _bundle.Bundle.StateRoot, "exec", _bundle.Id, "cat", "/proc/keys")];
        });
        thread.Start();
        thread.Join();
        Assert.Equal(2, seen.Length);
        Assert.All(seen, keys => Assert.DoesNotContain(key, keys));
        Assert.All(seen, static keys => Assert.Contains("keyring", keys));
    }

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    /// <summary>The kernel gives the files of /proc/PID to root of the namespace whose root may trace the process: the host's,
    /// or here the container's.</summary>
    [Fact]
    public void NobodyInAUserNamespaceMayTraceAnExecBeforeItIsTheirs()
    {
        _bundle.Write(["sleep", "100"], static s => s with
        {
            Linux = s.Linux! with
            {
                Namespaces = [.. s.Linux!.Namespaces!, new OciNamespace { Type = "user" }],
                UidMappings = [new OciIdMapping { ContainerID = 0, HostID = HostId, Size = 65536 }],
                GidMappings = [new OciIdMapping { ContainerID = 0, HostID = HostId, Size = 65536 }],
            },
        });
        _bundle.Bundle.Start();
        List<string> open = [];
        int observed = 0;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        string members =
            $"/sys/fs/cgroup/{(Directory.Exists("/sys/fs/cgroup/devices") ? "devices/" : "")}gantry-tests-{_bundle.Id}/cgroup.procs";
        Thread observer = new(() =>
        {
            while (!stop.IsCancellationRequested)
                foreach (string pid in File.ReadAllLines(members)) Observe(pid, ref observed, open);
        });
        observer.Start();
        try
        {
            for (int i = 0; i < 30 || (observed == 0 && i < 200); i++) Assert.Equal(0, _bundle.Exec(_bundle.Id, "true").ExitCode);
        }
        finally
        {
            stop.Cancel();
            observer.Join();
        }
        Assert.True(observed > 0, "no exec was seen while it was ours");
        Assert.Empty(open);
    }

    // Ours twice, with the owner looked at in between: so it was ours then too.
    private static void Observe(string pid, ref int observed, List<string> open)
    {
        try
        {
            if (!IsOurs(pid)) return;
            using DirectoryHandle process = DirectoryHandle.Open($"/proc/{pid}");
            if (process.TryStatus("environ"u8, out FileStatus status) != 0 || !IsOurs(pid)) return;
            observed++;
            if (status.Uid != 0) open.Add($"{pid} {status.Uid}");
        }
        catch (Exception e) when (e is IOException or KernelException or UnauthorizedAccessException)
        {
            // It is gone.
        }
    }

    private static bool IsOurs(string pid) =>
        new FileInfo($"/proc/{pid}/exe").LinkTarget?.Contains("gantry-runtime", StringComparison.Ordinal) == true;

    public void Dispose() => _bundle.Dispose();
}
