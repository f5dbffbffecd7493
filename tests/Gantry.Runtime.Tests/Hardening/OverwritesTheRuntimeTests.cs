using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>CVE-2019-5736: who is in a container opens the runtime through /proc/PID/exe, keeps it open until it runs no more, and writes to the host's file.</summary>
public sealed class OverwritesTheRuntimeTests : IDisposable
{
    /// <summary>Without these the kernel shows nobody in there what our process executes.</summary>
    private static readonly string[] s_rights = ["CAP_SYS_PTRACE", "CAP_DAC_OVERRIDE", "CAP_SYS_ADMIN"];

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

    [Fact]
    public void CatchesAnExecFromInside()
    {
        // Descriptor 3 is whatever another process executes; opening it for appending is enough to know, and succeeds only when the last of our processes has ended.
        _bundle.Script("""
            while [ ! -e /tmp/caught ]; do for p in /proc/[0-9]*; do [ $p = /proc/1 ] || (
              case $(readlink /proc/self/fd/3) in *gantry-runtime*) ;; *) exit;; esac
              while [ -e $p ]; do :; done
              i=0; while [ $i -lt 2000 ]; do (: >> /proc/self/fd/3) && echo open > /tmp/caught && exit; i=$((i+1)); done
              echo refused > /tmp/caught
            ) 3< $p/exe; done; done 2> /dev/null
            """, static s => s with { Process = s.Process! with { Capabilities = new OciCapabilities { Bounding = s_rights, Effective = s_rights, Permitted = s_rights } } });
        _bundle.Bundle.Start();
        for (int i = 0; i < 100 && !File.Exists(_bundle.In("tmp/caught")); i++) _bundle.Exec(_bundle.Id, "true");
        SpinWait.SpinUntil(() => File.Exists(_bundle.In("tmp/caught")) && new FileInfo(_bundle.In("tmp/caught")).Length > 0, TimeSpan.FromSeconds(3));
        Assert.Equal("refused\n", File.ReadAllText(_bundle.In("tmp/caught")));
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
