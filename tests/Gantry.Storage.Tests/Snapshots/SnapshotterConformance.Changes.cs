using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Tests.Snapshots;

/// <summary>What a container changes: listed, and made into a layer from which the same tree comes out again.</summary>
public abstract partial class SnapshotterConformance
{
    [Fact]
    public void ChangesAreListedByPath()
    {
        Tar image = new Tar().Directory("etc").File("etc/passwd", "root").File("etc/group", "root").Directory("usr").Directory("usr/sbin")
            .File("usr/sbin/old").File("usr/sbin/older")
            .Directory("opt").Directory("run").Directory("swap").File("swap/x").File("same", "same").Link("link", "same");
        string root = View(Layers(image));
        Shell.Run($"""
            cd {root}; echo more >> etc/passwd; rm etc/group; rm -rf usr/sbin; mkdir usr/sbin; touch usr/sbin/new; chmod 700 opt;
              mkdir -p data/x; echo 1 > data/x/f
            touch run; rm -rf swap; echo file > swap; ln -sfn other link; touch run/passing; rm run/passing; cat same >/dev/null;
              mkdir -p proc; touch proc-file; : > etc/hosts
            """);
        Assert.Equal(["A data", "A data/x", "A data/x/f", "C etc", "D etc/group", "C etc/passwd", "C link", "C opt", "A proc-file",
            "C swap", "C usr", "C usr/sbin", "A usr/sbin/new", "D usr/sbin/old", "D usr/sbin/older"],
            Changes("container").Where(change => change != "D swap/x"));
    }

    [Fact]
    public void AnUntouchedContainerHasNoChangesAndAnEmptyLayer()
    {
        View(Layers(new Tar().Directory("etc").File("etc/passwd", "root")));
        Assert.Empty(Changes("container"));
        Assert.Equal(0, Layer("container").Members);
    }

    [Fact]
    public void ALayerOfTheChangesGivesTheSameTree()
    {
        Tar image = new Tar().Directory("d", 0x3FF, 7, 8).File("d/suid", "content", 0x9ED, 1000, 2000).File("d/gone").Directory("emptied")
            .File("emptied/a").Directory("emptied/b").File("emptied/b/c")
            .Directory("becomes-file").File("becomes-file/x").File("becomes-directory").Link("link", "d/suid").File("kept", "kept")
            .Fifo("pipe");
        IReadOnlyList<string> chain = Layers(image);
        string root = View(chain);
        string name = new('n', 255);
        Shell.Run($"""
            cd {root}; rm d/gone; rm -rf emptied; mkdir emptied; echo new > emptied/new; rm -rf becomes-file; echo x > becomes-file;
              rm becomes-directory; mkdir becomes-directory; echo y > becomes-directory/y
            echo content > hard1; ln hard1 hard2; ln hard1 d/hard3; chown 12:34 hard1; chmod 6755 hard1; ln -sfn '/etc/../x y' link;
              mknod null c 1 3; mknod big b 259 70000; mkfifo fifo; rm pipe
            dd if=/dev/urandom of=sparse bs=4096 count=3 seek=1000 2>/dev/null; truncate -s 100M sparse; echo long > {name};
              setfattr -n user.note -v 0x00ff0a d/suid; setfattr -n trusted.thing -v 1 d
            cp /bin/true ping; setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 ping;
              touch -h -d '2001-02-03 04:05:06.789012345' link; touch -d '1969-12-31 23:59:58.5' kept
            chmod 0 d/suid; touch -d '2040-01-01 00:00:00.000000001' d; printf 'odd' > "$(printf 'n\303\244me \377 \n new')";
              echo 1 > .wh.nothing-whites-out-this || true; rm -f .wh.*
            """);
        Remount(root, "container");
        (byte[] layer, _) = Layer("container");
        Assert.Equal(layer, Layer("container").Archive);
        string copy = View(Stack(chain, layer), "copy");
        Assert.Equal(Tree(root), Tree(copy));
        // Whether a mount in user space tells of holes is its program's affair.
        if (Snapshotter.Name != OverlaySnapshotter.Fuse)
            Assert.True(long.Parse(Shell.Run($"stat -c %b {copy}/sparse")) < 1000, "the hole was filled");
    }

    [Fact]
    public void PathsLongerThanTheKernelTakesAtOnce()
    {
        IReadOnlyList<string> chain = Layers(new Tar().File("x"));
        string root = View(chain);
        const string descend = "i=0; while [ $i -lt 25 ]; do n=$(printf '%0250d' $i); [ -d $n ] || mkdir $n; cd $n; i=$((i+1)); done";
        Shell.Run($"cd {root}; {descend}; echo deep > file; ln file other");
        string copy = View(Stack(chain, Layer("container").Archive), "copy");
        Assert.Equal("deep\n2\n", Shell.Run($"cd {copy}; {descend}; cat other; stat -c %h file"));
    }

    [Fact]
    public void AHundredAndTwentyEightLayers()
    {
        IReadOnlyList<string> chain =
            Layers([.. Enumerable.Range(0, 128).Select(i => new Tar().File($"f{i}", $"{i}").File("top", $"{i}").File($".wh.f{i - 2}"))]);
        string root = View(chain);
        Assert.Equal("127", File.ReadAllText(root + "/top"));
        Assert.Equal(["f126", "f127", "top"], Names(root));
        Assert.Empty(Changes("container"));
        File.WriteAllText(root + "/one-more", "x");
        File.Delete(root + "/f127");
        Assert.Equal(["D f127", "A one-more"], Changes("container"));
    }

    [Fact]
    public void UsageIsWhatTheContainerWrote()
    {
        string root = View(Layers(new Tar().File("image", new string('x', 100_000))));
        Shell.Run($"cd {root}; head -c 300000 /dev/zero > a; ln a b; mkdir d; head -c 5000 /dev/zero > d/c; rm image");
        Assert.Equal(305_000, Snapshotter.Usage("container"));
    }

    /// <summary>A mount in user space remembers times that it has not written; a new one shows what is on the disk.</summary>
    private void Remount(string root, string key)
    {
        RootMount fs = Snapshotter.Mount(key);
        if (fs.Type == RootMount.Bind) return;
        Shell.Run($"umount {root}");
        using SafeFileDescriptor mount = fs.Open(), directory = LinuxFile.OpenDirectory(root);
        DetachedMount.Attach(mount, directory, root);
    }

    private IEnumerable<string> Changes(string key)
    {
        List<string> changes = [];
        Snapshotter.Compare(key, new HashSet<string> { "proc", "etc/hosts" }, directoryTimes: false,
            change => changes.Add($"{"CAD"[(int)change.Kind]} {PathBytes.Show(change.Path)}"));
        return changes;
    }

    private (byte[] Archive, long Members) Layer(string key)
    {
        using MemoryStream bytes = new();
        TreeArchive archive;
        using (TarWriter tar = new(bytes))
        {
            archive = new TreeArchive(tar);
            Snapshotter.Compare(key, new HashSet<string>(), directoryTimes: true, change =>
            {
                if (change.Kind == ChangeKind.Deleted) archive.AddWhiteout(change.Path);
                else archive.Add(change.Parent, change.Name, change.Path, change.Status);
            });
        }
        return (bytes.ToArray(), archive.Count);
    }

    /// <summary>One layer more.</summary>
    private IReadOnlyList<string> Stack(IReadOnlyList<string> chain, byte[] layer)
    {
        string diffId = Digest.Of(layer), id = Digest.ChainIds([chain[^1], diffId])[1];
        using ILayerUnpack unpack = Snapshotter.Unpack(chain[^1]);
        unpack.Apply(new MemoryStream(layer), default);
        unpack.Commit(id, diffId);
        return [.. chain, id];
    }

    /// <summary>Everything that can be seen of a tree.</summary>
    private static string Tree(string root) => Shell.Run($"""
        cd {root}; export LC_ALL=C
        find . -mindepth 1 -type d -printf '%p %y %m %U %G %T@\n' | sort; find . ! -type d -printf '%p %y %m %U %G %s %l %T@ %n\n' | sort
        find . -type f -exec md5sum '{'{'}{'}'}' + | sort; find . \( -type c -o -type b \) -exec stat -c '%n %t %T' '{'{'}{'}'}' + | sort
        getfattr -h -R -d -m '^(user|security|trusted\.thing)' -e hex . | sort
        """);
}
