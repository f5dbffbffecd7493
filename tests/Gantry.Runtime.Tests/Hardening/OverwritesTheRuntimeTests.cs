using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2019-5736: who is in a container opens the runtime through /proc/PID/exe, keeps it open until it runs no more, and writes to the host's file.</summary>
public sealed class OverwritesTheRuntimeTests : IDisposable
{
    /// <summary>Without these the kernel shows nobody in there what our process executes.</summary>
    private readonly HostileBundle _bundle = new();

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
