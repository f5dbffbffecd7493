using System.Diagnostics;
using Gantry.Linux.Mounts;

namespace Gantry.Linux.Tests.Mounts;

public sealed class MountTests
{
    /// <summary>As under systemd, where all of the host's mounts are shared.</summary>
    [Fact]
    public void UnmountingACopyLeavesWhatIsMountedBelowTheOriginal()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using Scratch scratch = new();
        string original = Directory.CreateDirectory(scratch.At("original")).FullName,
            copy = Directory.CreateDirectory(scratch.At("copy")).FullName;
        Shell($"mount -t tmpfs original {original}; mount --make-shared {original}; mkdir {original}/below; "
            + $"mount --bind {original} {copy}; mount -t tmpfs below {original}/below");
        try
        {
            Assert.Contains(MountTable.Own(), mount => mount.Place == $"{copy}/below");
            Assert.True(Mount.Unmount(copy));
            Assert.False(Mount.Unmount(copy));
            Assert.False(Mount.Unmount($"{copy}/nothing"));
            Assert.Equal([original, $"{original}/below"],
                MountTable.Own().Select(mount => mount.Place).Where(place => place.StartsWith(scratch.Path, StringComparison.Ordinal)));
        }
        finally
        {
            Shell($"umount -lq {copy}; umount -lq {original}");
        }
    }

    private static void Shell(string script)
    {
        using Process shell = Process.Start("sh", ["-c", script]);
        shell.WaitForExit();
    }
}
