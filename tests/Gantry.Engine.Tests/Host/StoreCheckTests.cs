using System.Diagnostics;
using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Engine.Containers;
using Gantry.Engine.Host;
using Gantry.Engine.Images;
using Gantry.Engine.Tests.Images;
using Gantry.Linux.Mounts;
using Gantry.Oci.Image;

namespace Gantry.Engine.Tests.Host;

/// <summary>Each thing in the data root broken by hand: found, and repaired so that a second look finds nothing.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private const string Container = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private readonly ImageFixture _images = new();
    private readonly Image _image;

    public StoreCheckTests()
    {
        _image = _images.Import("busybox", ("bin/sh", "shell"), ("etc/passwd", "root"));
        // What a sync in the background still writes must not undo what a test breaks.
        _images.Reopen();
    }

    public void Dispose() => _images.Dispose();

    [Fact]
    public void ASoundStoreHasNoProblems()
    {
        AddContainer();
        StoreReport report = Check(false);
        Assert.Empty(report.Problems);
        Assert.Equal((1, 1, 1, 3), (report.Images, report.Layers, report.Containers, report.Blobs));
        Assert.True(report.Bytes > 0);
    }

    [Fact]
    public void ADamagedBlobCostsItsImage()
    {
        string layer = _image.Layers[0].Digest;
        Damage(BlobPath(layer));
        Repairs("blob", layer, "is damaged: its content is sha256:", "image", "busybox:latest", $"needs {layer}, which is damaged");
        Assert.Empty(_images.Store.All);
        // And it can be had again.
        Assert.Equal(_image.DiffIds, _images.Import("busybox", ("bin/sh", "shell"), ("etc/passwd", "root")).DiffIds);
        Assert.Empty(Check(false).Problems);
    }

    [Fact]
    public void AMissingBlobCostsItsImage()
    {
        File.Delete(BlobPath(_image.Manifest));
        Repairs("image", "busybox:latest", $"needs {_image.Manifest}, which is missing");
        Assert.Empty(_images.Store.All);
    }

    [Theory]
    [InlineData("echo x > bin/sh", "/bin/sh has 2 bytes instead of 5")]
    [InlineData("printf shelL > bin/sh", "/bin/sh has other content")]
    [InlineData("rm etc/passwd", "/etc/passwd is missing")]
    [InlineData("chmod 777 etc/passwd", "/etc/passwd has mode 777 instead of 644")]
    [InlineData("chown 5:6 etc/passwd", "/etc/passwd belongs to 5:6 instead of 0:0")]
    [InlineData("rm -rf bin; ln -s /etc bin", "/bin/sh is missing")]
    [InlineData("rm -rf $PWD", "has lost its directory")]
    public void ADamagedLayerIsUnpackedAgain(string damage, string what)
    {
        string tree = LayerTree();
        using (Process shell = Process.Start(new ProcessStartInfo("sh", ["-ec", damage]) { WorkingDirectory = tree })!) shell.WaitForExit();
        Repairs("layer", _image.ChainIds[0], what);
        Assert.Equal("shell", File.ReadAllText(tree + "/bin/sh"));
        Assert.Single(_images.Store.All);
    }

    [Fact]
    public void WhatRunsIsNotRepairedUnderItsFeet()
    {
        AddContainer().ChangeStatus(status => status with { Running = true });
        File.WriteAllText(LayerTree() + "/bin/sh", "x");
        StoreReport report = Check(true);
        Assert.Contains("stop container web", Assert.Single(report.Problems).Remedy);
        Assert.False(report.Problems[0].Repaired);
        Assert.Equal("x", File.ReadAllText(LayerTree() + "/bin/sh"));
    }

    [Fact]
    public void ALayerWithoutAnArchiveCostsItsImage()
    {
        File.Delete(BlobPath(_image.Layers[0].Digest));
        Directory.Delete(LayerTree(), recursive: true);
        Check(true);
        Assert.Empty(_images.Store.All);
        Assert.Empty(Check(false).Problems);
    }

    [Fact]
    public void ANameThatPointsNowhere()
    {
        string file = $"{_images.Root}/image/overlay2/repositories.json";
        File.WriteAllText(file, File.ReadAllText(file).Replace("\":latest\":", $"\":lost\":\"sha256:{new string('0', 64)}\",\":latest\":"));
        _images.Reopen();
        Repairs("name", "busybox:lost", "points at sha256:000");
        Assert.Equal("busybox:latest", Assert.Single(_images.Store.NamesOf(_image.Id)).Familiar);
    }

    [Fact]
    public void ALostRecordIsWrittenAgain()
    {
        File.Delete(RecordPath());
        Repairs("record", _image.Id, "of busybox:latest is not on the disk");
        _images.Reopen();
        Assert.Equal(_image.Id, _images.Store.Resolve("busybox").Id);
    }

    [Fact]
    public void ADamagedRecordIsWrittenAgain()
    {
        File.WriteAllText(RecordPath(), "{");
        _images.Reopen();
        Repairs("image", "busybox:latest", "set aside");
        Assert.Equal(_image.Id, _images.Store.Resolve("busybox").Id);
    }

    [Fact]
    public void StraysAndOrphansGo()
    {
        Directory.CreateDirectory($"{_images.Root}/overlay2/stray/diff");
        _images.Snapshotter.Prepare("orphan", _image.ChainIds);
        File.WriteAllText($"{_images.Root}/content/partial/odd name", "x");
        File.WriteAllText($"{_images.Root}/content/blobs/sha256/odd", "x");
        Assert.Equal(["blob odd", "partial odd name", "snapshot orphan", "snapshot stray"],
            Check(true).Problems.Select(problem => $"{problem.Kind} {problem.Name}").Order(StringComparer.Ordinal));
        Assert.Empty(Check(false).Problems);
        Assert.False(Directory.Exists($"{_images.Root}/overlay2/stray"));
        Assert.Empty(_images.Snapshotter.Keys);
    }

    [Fact]
    public void AContainerWithoutItsFilesIsReported()
    {
        AddContainer();
        Directory.Delete(_images.Snapshotter.UpperDirectory(Container)!);
        StoreProblem problem = Assert.Single(Check(true).Problems);
        Assert.Equal(("container", "web", false), (problem.Kind, problem.Name, problem.Repaired));
        Assert.Contains("has lost ", problem.What);
    }

    [Theory]
    [InlineData("config.v2.json", "", "has been damaged")]
    [InlineData("config.v2.json", "s/web/other/", "has been replaced")]
    [InlineData("hostconfig.json", "s/none/host/", "has been replaced")]
    [InlineData("hostconfig.json", null, "is gone")]
    public void AContainersRecordThatIsNotWhatTheDaemonKnowsIsWrittenAgain(string file, string? change, string what)
    {
        string path = $"{AddContainer().Paths.Directory}/{file}", before = File.ReadAllText(path);
        Change(path, change);
        Repairs("record", Container, what);
        Assert.Equal(before, File.ReadAllText(path));
    }

    [Theory]
    [InlineData("", "has been damaged")]
    [InlineData("s/.Manifest.:.*sha256:/&0/", "has been")]
    public void AnImagesRecordThatIsNotWhatTheDaemonKnowsIsWrittenAgain(string change, string what)
    {
        string before = File.ReadAllText(RecordPath());
        Change(RecordPath(), change);
        Repairs("record", _image.Id, what);
        Assert.Equal(before, File.ReadAllText(RecordPath()));
    }

    /// <summary>The others are looked at all the same.</summary>
    [Fact]
    public void ALayerThatCannotBeReadIsOneProblemInTheList()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "what mounts needs root");
        string layer = _image.Layers[0].Digest;
        AddContainer();
        File.Delete($"{_images.Root}/containers/{Container}/config.v2.json");
        // Reading it fails with EIO, as on a disk that dies.
        Mount.Bind("/proc/self/mem", BlobPath(layer), recursive: false);
        try
        {
            Assert.Equal([("blob", false), ("record", true), ("layer", false)],
                Check(true).Problems.Select(problem => (problem.Kind, problem.Repaired)));
        }
        finally
        {
            Mount.Unmount(BlobPath(layer));
        }
        Assert.Empty(Check(false).Problems);
    }

    /// <summary>A check reads all that there is, for many minutes.</summary>
    [Fact]
    public async Task AClientThatLeavesEndsTheReadingOfALargeLayer()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "what mounts needs root");
        using CancellationTokenSource left = new();
        // Without an end.
        Mount.Bind("/dev/zero", BlobPath(_image.Layers[0].Digest), recursive: false);
        try
        {
            Task<StoreReport> check = Task.Run(() =>
                new StoreCheck(_images.Store, _images.Containers, _images.Collector).Run(false, left.Token), CancellationToken.None);
            left.CancelAfter(TimeSpan.FromMilliseconds(50));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                check.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        }
        finally
        {
            Mount.Unmount(BlobPath(_image.Layers[0].Digest));
        }
    }

    /// <param name="change">For sed; empty empties the file, null deletes it.</param>
    private static void Change(string path, string? change)
    {
        if (change is null) File.Delete(path);
        else if (change.Length == 0) File.WriteAllText(path, "");
        else using (Process sed = Process.Start("sed", ["-i", "-E", change, path])) sed.WaitForExit();
    }

    private Container AddContainer()
    {
        _images.Snapshotter.Prepare(Container, _image.ChainIds);
        _images.Containers.ReserveName("web", Container);
        Container container = new(new ContainerRecord
        {
            Id = Container, Name = "web", Created = DateTimeOffset.UnixEpoch, Path = "true", Args = [], Config = new ContainerConfig(),
            Image = _image.Id, Driver = "overlay2", Mounts = [],
        }, new HostConfig { NetworkMode = "none" }, new ContainerPaths(_images.Root, _images.Root, Container));
        Directory.CreateDirectory(container.Paths.Directory);
        container.SaveNew();
        _images.Containers.Add(container);
        return container;
    }

    /// <summary>Found, repaired, and not found again.</summary>
    /// <param name="expected">By three: kind, beginning of the name, part of what is said.</param>
    private void Repairs(params string[] expected)
    {
        List<StoreProblem> found = Check(false).Problems;
        Assert.Equal(expected.Length / 3, found.Count);
        for (int i = 0; i < found.Count; i++)
        {
            Assert.Equal(expected[3 * i], found[i].Kind);
            Assert.StartsWith(found[i].Name[..Math.Min(19, found[i].Name.Length)], expected[3 * i + 1], StringComparison.Ordinal);
            Assert.Contains(expected[3 * i + 2], found[i].What);
            Assert.False(found[i].Repaired);
        }
        Assert.All(Check(true).Problems, problem => Assert.True(problem.Repaired, problem.Remedy));
        Assert.Empty(Check(false).Problems);
    }

    private StoreReport Check(bool repair) => new StoreCheck(_images.Store, _images.Containers, _images.Collector).Run(repair, default);

    private string BlobPath(string digest) => $"{_images.Root}/content/blobs/sha256/{Digest.Hex(digest)}";

    private string RecordPath() => $"{_images.Root}/image/overlay2/records/{Digest.Hex(_image.Id)}.json";

    private string LayerTree() => $"{_images.Root}/overlay2/{_images.Snapshotter.Layer(_image.ChainIds[0])!.CacheId}/diff";

    private static void Damage(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.ReadWrite);
        int first = file.ReadByte();
        file.Position = 0;
        file.WriteByte((byte)(first ^ 1));
    }
}
