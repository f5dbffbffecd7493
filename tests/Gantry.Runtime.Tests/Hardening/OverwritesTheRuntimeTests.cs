using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2019-5736: who is in a container opens the runtime through /proc/PID/exe, keeps it open until it runs no more,
/// and writes to the host's file.</summary>
public sealed class OverwritesTheRuntimeTests : IDisposable
{
    private const int Rounds = 40, MaxRounds = 400;

    private readonly HostileBundle _bundle = new();
    private int _caught, _next;

    // What an attacker does who has caught the file: while it runs nobody can write to it, so he waits.
    private static int ErrnoOfWriting(SafeFileDescriptor caught)
    {
        using SafeFileDescriptor? writable = LinuxFile.TryOpen(caught.ProcPath, OpenFlags.WriteOnly, out KernelException? error);
        return error?.Errno ?? 0;
    }

    [Theory]
    [InlineData("true")]
    [InlineData("/proc/self/exe")]
    public void KeepsWhatInitExecutesAndWritesLater(string command)
    {
        _bundle.Write([command]);
        int pid = _bundle.Create();
        using SafeFileDescriptor caught = LinuxFile.Open($"/proc/{pid}/exe", OpenFlags.ReadOnly);
        Assert.NotEqual(FileIdentity.Of(RuntimeProgram.Path)!.Value, FileIdentity.Of(caught));
        _bundle.Bundle.Runtime("start", _bundle.Id);
        HostileBundle.AwaitEnd(pid);
        Assert.Equal(Errno.EROFS, ErrnoOfWriting(caught));
    }

    /// <summary>As one in there with CAP_SYS_PTRACE sees it, in the container's own /proc: whatever an exec's process executes,
    /// from its birth on.</summary>
    [Fact]
    public void CatchesAnExecFromInside()
    {
        _bundle.Write(["sleep", "100"]);
        _bundle.Bundle.Start();
        using JsonDocument state = JsonDocument.Parse(_bundle.Bundle.Runtime("state", _bundle.Id).Output);
        string proc = $"/proc/{state.RootElement.GetProperty("pid").GetInt32()}/root/proc";
        List<SafeFileDescriptor> caught = [];
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Thread attacker = new(() => Catch(proc, caught, stop.Token));
        // Numbers are given in turn, so that each is waited for by its name.
        _next = int.Parse(_bundle.Exec(_bundle.Id, "sh", "-c", "echo $$").Output) + 1;
        attacker.Start();
        for (int i = 0; i < Rounds || (i < MaxRounds && Volatile.Read(ref _caught) == 0); i++)
        {
            Assert.Equal(0, _bundle.Exec(_bundle.Id, "true").ExitCode);
            Interlocked.Increment(ref _next);
        }
        stop.Cancel();
        attacker.Join();
        Assert.NotEmpty(caught);
        Assert.All(caught, static file => Assert.Equal(Errno.EROFS, ErrnoOfWriting(file)));
        foreach (SafeFileDescriptor file in caught) file.Dispose();
    }

    private void Catch(string proc, List<SafeFileDescriptor> caught, CancellationToken stop)
    {
        FileIdentity? command = FileIdentity.Of(_bundle.In("bin/busybox")), last = null;
        while (!stop.IsCancellationRequested)
        {
            SafeFileDescriptor? file = LinuxFile.TryOpen($"{proc}/{Volatile.Read(ref _next)}/exe", OpenFlags.ReadOnly, out _);
            if (file is null) continue;
            FileIdentity seen = FileIdentity.Of(file);
            if (seen == command || seen == last)
            {
                file.Dispose();
                continue;
            }
            last = seen;
            caught.Add(file);
            Volatile.Write(ref _caught, caught.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MeetsASealedCopyWhereThereIsNoOverlay(bool unreadable)
    {
        using SafeFileDescriptor copy = SealedMemory.CopyOf(RuntimeProgram.Path, unreadable);
        using (SafeFileDescriptor writable = LinuxFile.Open(copy.ProcPath, OpenFlags.WriteOnly))
        {
            Assert.Equal(Errno.EPERM, Assert.Throws<KernelException>(() => Descriptor.WriteAll(writable.Number, "x"u8)).Errno);
        }
        string path = $"/proc/{Environment.ProcessId}/fd/{copy.Number}";
        Assert.Equal(0, HostileBundle.Await(path, "--version").ExitCode);
    }

    public void Dispose() => _bundle.Dispose();
}
