using System.Globalization;
using System.Security.Cryptography;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Tests.Snapshots;

/// <summary>A writable layer becomes a layer without an archive: what it shows, and its diff ID,
/// are those that an archive would give.</summary>
public sealed class SealTests : IDisposable
{
    private static readonly HashSet<string> Made = new(StringComparer.Ordinal) { "etc", "etc/hosts", "proc", "dev" };

    private readonly TemporaryDirectory _root = new();
    private OverlaySnapshotter _snapshotter;
    private readonly string _base;
    private bool _mounted;

    public SealTests()
    {
        _snapshotter = new OverlaySnapshotter(_root.Path);
        using ILayerUnpack unpack = _snapshotter.Unpack(null);
        unpack.Apply(new Tar().Directory("gone").File("gone/x").File("removed", "r").Directory("d", 0x1ED, 3, 4).File("d/low", "low")
            .Directory("emptied").File("emptied/a", "a").File("emptied/b", "b").File("becomes-directory", "f").Directory("becomes-file")
            .File("becomes-file/x").Directory("untouched").File("untouched/y", "y").Stream(), default);
        unpack.Commit(_base = unpack.DiffId, null);
    }

    public void Dispose()
    {
        if (_mounted) Unmount();
        _snapshotter.Dispose();
        _root.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItIsWhatItsArchiveWouldBe(bool keep)
    {
        Change("key");
        byte[] archive = Archive("key");
        string expected = View(Unpacked(archive)), chain;
        using (ISealedLayer layer = _snapshotter.Seal("key", Made, keep)!)
        {
            Assert.Equal(Digest.Of(archive), layer.DiffId);
            Assert.Equal(archive.Length, layer.ArchiveSize);
            layer.Commit(chain = ChainOf(layer.DiffId));
        }
        for (int start = 0; start < 2; start++)
        {
            Assert.Equal(keep, _snapshotter.Keys.Contains("key"));
            LayerRecord record = _snapshotter.Layer(chain)!;
            Assert.Equal((_base, Digest.Of(archive)), (record.Parent, record.DiffId));
            Assert.Null(_snapshotter.RemoveLayer(_base));
            Assert.Equal(expected, View(chain));
            // And the archive can be had, byte by byte, whenever somebody needs it.
            Assert.Equal(archive, ArchiveOf(chain));
            if (keep) Assert.Equal(archive, Archive("key"));
            Assert.Empty(_snapshotter.Strays());
            // A layer is its files and its record.
            Assert.Equal(["diff", "layer.json"], Directory.GetFileSystemEntries(Path.Combine(_root.Path, "overlay2", record.CacheId))
                .Select(Path.GetFileName).Order());
            Reopen();
        }
    }

    /// <summary>Wherever in the archive the file begins: it is read in pieces that the digest has room for.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(70_000)]
    [InlineData(200_000)]
    [InlineData(262_144 - 1024)]
    public void EmptyPagesStayHoles(int before)
    {
        _snapshotter.Prepare("key", [_base]);
        string upper = _snapshotter.UpperDirectory("key");
        Shell.Run($"""
            set -e; cd {upper}; head -c {before} /dev/urandom > a; truncate -s 8M holes
            for page in 5 62 63 64 65 130 1000 2047; do
              head -c 4096 /dev/urandom | dd of=holes bs=4096 seek=$page conv=notrunc status=none
            done
            """);
        byte[] archive = Archive("key");
        using ISealedLayer layer = _snapshotter.Seal("key", Made, keep: true)!;
        Assert.Equal(Digest.Of(archive), layer.DiffId);
        string chain = ChainOf(layer.DiffId);
        layer.Commit(chain);
        string copy = _root[$"overlay2/{_snapshotter.Layer(chain)!.CacheId}"];
        Shell.Run($"cd {copy}; cmp $(find . -name holes) {upper}/holes; cmp $(find . -name a) {upper}/a");
        // Eight pages, and what the file system needs to name them.
        string kilobytes = Shell.Run($"sync -f {copy}; du -k $(find {copy} -name holes) | cut -f 1").Trim();
        Assert.InRange(int.Parse(kilobytes, CultureInfo.InvariantCulture), 32, 40);
    }

    /// <summary>Small ones are read some way ahead, and those among them that are not like the others as anything else is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ManyFilesOfOneDirectoryAreWhatTheyAre(bool keep)
    {
        _snapshotter.Prepare("key", [_base]);
        string upper = _snapshotter.UpperDirectory("key");
        Shell.Run($"""
            set -e; cd {upper}; mkdir many; cd many; for f in $(seq 1100); do echo $f > $f; done
            : > empty; ln 7 other; ln -s 7 link; mkdir 900d; echo x > 900d/x; mkfifo fifo; chmod 4755 44; chown 5:6 45
            head -c 16384 /dev/urandom > most; head -c 16385 /dev/urandom > more; touch -d '2001-02-03 04:05:06.789' 47
            """);
        using (DirectoryHandle many = DirectoryHandle.Open($"{upper}/many"))
            Assert.Equal(0, many.TrySetAttribute("46"u8, "user.note"u8, [0, 255, 1]));
        byte[] archive = Archive("key");
        using ISealedLayer layer = _snapshotter.Seal("key", Made, keep)!;
        Assert.Equal(Digest.Of(archive), layer.DiffId);
        string chain = ChainOf(layer.DiffId);
        layer.Commit(chain);
        Assert.Equal(archive, ArchiveOf(chain));
    }

    [Fact]
    public void NothingChangedIsNoLayer()
    {
        _snapshotter.Prepare("key", [_base]);
        Directory.CreateDirectory(_snapshotter.UpperDirectory("key") + "/etc");
        File.WriteAllText(_snapshotter.UpperDirectory("key") + "/etc/hosts", "");
        Assert.Null(_snapshotter.Seal("key", Made, keep: true));
        Assert.Null(_snapshotter.Seal("key", Made, keep: false));
        Assert.Contains("key", _snapshotter.Keys);
        Assert.Equal(3, Settled());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithoutACommitNothingHasHappened(bool keep)
    {
        Change("key");
        byte[] archive = Archive("key");
        _snapshotter.Seal("key", Made, keep)!.Dispose();
        Assert.Equal(archive, Archive("key"));
        Assert.Single(_snapshotter.Layers);
        // The base, the writable layer, and the empty directory that a comparison stands on.
        Assert.Equal(3, Settled());
    }

    [Fact]
    public void TheSameLayerTwiceIsOne()
    {
        Change("key");
        string chain;
        using (ISealedLayer layer = _snapshotter.Seal("key", Made, keep: true)!) layer.Commit(chain = ChainOf(layer.DiffId));
        using (ISealedLayer layer = _snapshotter.Seal("key", Made, keep: false)!) layer.Commit(ChainOf(layer.DiffId));
        Assert.Empty(_snapshotter.Keys);
        Assert.Equal(2, _snapshotter.Layers.Count);
        Assert.NotNull(_snapshotter.RemoveLayer(chain));
        Assert.NotNull(_snapshotter.RemoveLayer(_base));
    }

    /// <summary>In an archive such a name removes another: what that does is not what the container has.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AFileThatIsNamedLikeAMarkIsRefused(bool keep)
    {
        Change("key");
        File.WriteAllText(_snapshotter.UpperDirectory("key") + "/.wh.d", "a file of the container");
        GantryException refused = Assert.Throws<GantryException>(() => _snapshotter.Seal("key", Made, keep));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.StartsWith("/.wh.d cannot be in a layer, for its name would remove \"d\" there", refused.Message);
        Assert.Contains("key", _snapshotter.Keys);
        Assert.Single(_snapshotter.Layers);
    }

    /// <summary>Who stands on the layer here has what those have who pull it.</summary>
    [Fact]
    public void WhatWasMadeToMountOnIsNotThereAfterwards()
    {
        HashSet<string> made = [.. Made, "d", "d/m", "d/m/n", "p", "p/q", "p/q/file", "kept", "untouched", "untouched/m"];
        _snapshotter.Prepare("key", [_base]);
        Shell.Run($"""
            set -e; cd {Mount("key")}
            mkdir -p d/m/n p/q kept etc untouched/m; : > p/q/file; : > etc/hosts; echo x > d/new; echo x > kept/x
            touch -d '2011-11-11 11:11:11.5' d kept
            """);
        Unmount();
        byte[] archive = Archive("key", made);
        string chain;
        using (ISealedLayer layer = _snapshotter.Seal("key", made, keep: false)!)
        {
            Assert.Equal(Digest.Of(archive), layer.DiffId);
            layer.Commit(chain = ChainOf(layer.DiffId));
        }
        string left = Shell.Run($"cd {_root[$"overlay2/{_snapshotter.Layer(chain)!.CacheId}/diff"]}; find . -mindepth 1 | sort");
        Assert.Equal("./d\n./d/new\n./kept\n./kept/x\n", left);
        Assert.Equal(View(Unpacked(archive)), View(chain));
        Assert.Equal(archive, ArchiveOf(chain));
    }

    [Fact]
    public void OneThatWasMadeOfItsArchiveHasNoOther() =>
        Assert.Equal(ErrorKind.Unsupported, Assert.Throws<GantryException>(() => _snapshotter.WriteArchive(_base, Stream.Null)).Kind);

    /// <summary>Every state that a process can leave in which it was killed, made by hand.</summary>
    [Theory]
    [InlineData("record and record", true)]
    [InlineData("layer's record alone", true)]
    [InlineData("half a record", false)]
    public void KilledWhileItIsRenamedItIsOneOrTheOther(string state, bool isLayer)
    {
        Change("key");
        byte[] archive = Archive("key");
        LayerRecord record;
        using (ISealedLayer layer = _snapshotter.Seal("key", Made, keep: true)!)
        {
            string chain = ChainOf(layer.DiffId);
            layer.Commit(chain);
            record = _snapshotter.Layer(chain)!;
        }
        string json = File.ReadAllText(_root[$"overlay2/{record.CacheId}/layer.json"])
            .Replace("\"LeftOut\":[]", "\"LeftOut\":[\"dev\",\"etc\",\"etc/hosts\",\"proc\"]");
        Assert.NotNull(_snapshotter.RemoveLayer(record.ChainId));
        string directory = _root["overlay2/key"];
        if (state == "half a record") File.WriteAllText(directory + "/layer.json.1f-3.tmp", json[..40]);
        else File.WriteAllText(directory + "/layer.json", json);
        if (state == "layer's record alone") File.Delete(directory + "/snapshot.json");
        Reopen();
        Assert.Empty(_snapshotter.Unreadable);
        Assert.Equal(isLayer, _snapshotter.Contains(record.ChainId));
        Assert.Equal(!isLayer, _snapshotter.Keys.Contains("key"));
        Assert.Equal(archive, isLayer ? ArchiveOf(record.ChainId) : Archive("key"));
        // What it stands on is kept by it, and with it the last one goes.
        Assert.Null(_snapshotter.RemoveLayer(_base));
        if (isLayer) Assert.NotNull(_snapshotter.RemoveLayer(record.ChainId));
        else _snapshotter.Remove("key");
        Assert.NotNull(_snapshotter.RemoveLayer(_base));
    }

    /// <summary>All that a container can do, through a real mount.</summary>
    private void Change(string key)
    {
        _snapshotter.Prepare(key, [_base]);
        Shell.Run($$"""
            set -e; cd {{Mount(key)}}
            rm -r gone removed; echo more >> d/low; rm -r emptied; mkdir emptied; echo c > emptied/c
            rm becomes-directory; mkdir becomes-directory; echo in > becomes-directory/in
            rm -r becomes-file; echo now > becomes-file
            mkdir -p deep/er/est new/.hidden; echo x > deep/er/est/f; chmod 2751 deep/er; chown 7:8 deep
            head -c 300000 /dev/urandom > big; truncate -s 5M holes; echo end >> holes
            ln big hard; ln -s ../nowhere link; chown -h 5:6 link; mkfifo fifo; mknod null c 1 3
            echo s > suid; chmod 4755 suid; chown 1:2 owned 2>/dev/null || { echo o > owned; chown 1:2 owned; }
            touch -d '2001-02-03 04:05:06.789' owned; touch -d '1960-01-01' old
            mkdir -p etc proc dev; : > etc/hosts
            printf x > "$(printf 'no\377text')"
            touch -d '2011-11-11 11:11:11.5' deep/er new d
            """);
        using DirectoryHandle upper = DirectoryHandle.Open(_snapshotter.UpperDirectory(key));
        Assert.Equal(0, upper.TrySetAttribute("big"u8, "user.note"u8, [0, 255, 1]));
        byte[] capability = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal(0, upper.TrySetAttribute("suid"u8, "security.capability"u8, capability));
        Unmount();
    }

    private string Mount(string key)
    {
        string place = Directory.CreateDirectory(_root["mounted"]).FullName;
        using SafeFileDescriptor mount = _snapshotter.Mount(key).Open(), directory = LinuxFile.OpenDirectory(place);
        DetachedMount.Attach(mount, directory, place);
        _mounted = true;
        return place;
    }

    private void Unmount()
    {
        _mounted = false;
        Shell.Run($"umount {_root["mounted"]}");
    }

    private byte[] Archive(string key, IReadOnlySet<string>? made = null)
    {
        MemoryStream stream = new();
        using (TarWriter tar = new(stream))
        {
            TreeArchive archive = new(tar);
            _snapshotter.Compare(key, made ?? Made, directoryTimes: true, change =>
            {
                if (change.Kind == ChangeKind.Deleted) archive.AddWhiteout(change.Path);
                else archive.Add(change.Parent, change.Name, change.Path, change.Status);
            });
        }
        return stream.ToArray();
    }

    private byte[] ArchiveOf(string chain)
    {
        MemoryStream stream = new();
        _snapshotter.WriteArchive(chain, stream);
        return stream.ToArray();
    }

    private string Unpacked(byte[] archive)
    {
        using ILayerUnpack unpack = _snapshotter.Unpack(_base);
        unpack.Apply(new MemoryStream(archive), default);
        // Under a name of its own: the sealed one has the right one.
        string chain = Digest.Of(RandomNumberGenerator.GetBytes(8));
        unpack.Commit(chain, null);
        return chain;
    }

    /// <summary>Everything that a container above the layer sees, in text; without what is left out of archives.</summary>
    private string View(string chain)
    {
        _snapshotter.Prepare("view", [_base, chain]);
        string place = Mount("view");
        string list = Shell.Run($$"""
            cd {{place}}; find . -mindepth 1 ! -path ./etc ! -path './etc/*' ! -path ./proc ! -path ./dev \
              -printf '%p %y %m %U:%G %s %n %l %T@\n' |
              sed -E '/ d /s/ [0-9]+ [0-9]+  / /' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum | grep -av etc/hosts
            """);
        Unmount();
        _snapshotter.Remove("view");
        return list;
    }

    private string ChainOf(string diffId) => Digest.ChainIds([_base, diffId])[^1];

    private void Reopen()
    {
        _snapshotter.Dispose();
        _snapshotter = new OverlaySnapshotter(_root.Path);
    }

    /// <returns>Directories once the trash is emptied.</returns>
    private int Settled()
    {
        string[] Look() => Directory.GetDirectories(_root["overlay2"]);
        SpinWait.SpinUntil(() => !Look().Any(path => Path.GetFileName(path).StartsWith("tmp-") || Path.GetFileName(path).StartsWith("rm-")),
            TimeSpan.FromSeconds(30));
        return Look().Length;
    }
}
