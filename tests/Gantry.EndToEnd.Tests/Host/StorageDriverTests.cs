using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Host;

/// <summary>Containers on each storage driver, over a crash of the daemon;
/// that they keep layers alike is the Storage tests' business.</summary>
public sealed class StorageDriverTests
{
    [Theory]
    [InlineData("vfs")]
    [InlineData("fuse-overlayfs")]
    [InlineData("btrfs")]
    public async Task AContainerRunsAndKeepsWhatItWrote(string driver)
    {
        if (driver == "fuse-overlayfs") Assert.SkipWhen(Programs.Find("fuse-overlayfs") is null, "fuse-overlayfs is not installed");
        await using BtrfsVolume? volume = driver == "btrfs" ? await BtrfsVolume.Make() : null;
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry,
            ["-s", driver, .. volume is null ? Array.Empty<string>() : ["--data-root", $"{volume.Path}/data"]]);
        await BaseImage.Import(daemon);
        await using Engine engine = new("gantry", daemon);
        Assert.Equal(driver, await engine.Ok("info", "-f", "{{.Driver}}"));
        string container = engine.NewName(), other = await engine.RunIdle();
        await engine.Ok("run", "-d", "--name", container, "busybox", "sh", "-c", "echo kept > /kept; rm /bin/vi; sleep 1000");
        await Eventually.True(async () => (await engine.Run("exec", container, "cat", "/kept")).Output == "kept\n", "it has written");
        Assert.NotEqual(0, (await engine.Run("exec", container, "ls", "/bin/vi")).Code);
        Assert.Equal("/bin/vi", await engine.Ok("exec", other, "ls", "/bin/vi"));

        await daemon.Kill();
        await daemon.Start();

        Assert.Equal("kept", await engine.Ok("exec", container, "cat", "/kept"));
        await engine.Ok("restart", "-t", "0", container);
        Assert.NotEqual(0, (await engine.Run("exec", container, "ls", "/bin/vi")).Code);
        await engine.Ok("rm", "-f", container, other);
        Assert.DoesNotContain("fuse-overlayfs", (await daemon.Machine.Run("cat", "/proc/self/mountinfo")).Output);
        string directory = Path.Combine(volume is null ? daemon.DataRoot : $"{volume.Path}/data", driver);
        await Eventually.True(() => Directory.GetDirectories(directory).Length == 1, "the image's layer alone is left");
    }

    [Fact]
    public async Task ADriverThatDoesNotExistIsRefused()
    {
        Xunit.Sdk.XunitException refused =
            await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => TestDaemon.Start(DaemonKind.Gantry, "-s", "zfs"));
        Assert.Contains("driver not supported: zfs: choose overlay2, fuse-overlayfs, btrfs, vfs", refused.Message);
        refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => TestDaemon.Start(DaemonKind.Gantry, "-s", "btrfs"));
        Assert.Contains("is not on btrfs", refused.Message);
    }

    private sealed class BtrfsVolume : IAsyncDisposable
    {
        private readonly string _root = Directory.CreateTempSubdirectory("gantry-btrfs-").FullName;

        public string Path => _root + "/volume";

        public static async Task<BtrfsVolume> Make()
        {
            Assert.SkipWhen(Programs.Find("mkfs.btrfs") is null, "mkfs.btrfs (package btrfs-progs) is not installed");
            Assert.SkipUnless((await File.ReadAllTextAsync("/proc/filesystems")).Contains("btrfs"), "this kernel has no btrfs");
            BtrfsVolume volume = new();
            Directory.CreateDirectory(volume.Path);
            (await Command.Run("sh", "-c",
                $"truncate -s 512M {volume._root}/image && mkfs.btrfs -q {volume._root}/image && mount -o loop {volume._root}/image "
                    + $"{volume.Path}")).Succeeded();
            return volume;
        }

        public async ValueTask DisposeAsync() => (await Command.Run("sh", "-c", $"umount {Path}; rm -rf {_root}")).Succeeded();
    }
}
