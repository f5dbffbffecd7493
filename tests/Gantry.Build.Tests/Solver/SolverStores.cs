using System.Formats.Tar;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Tests.Solver;

/// <summary>A cache on stores of its own, which can be opened again as after a restart.</summary>
internal sealed class SolverStores : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-build-").FullName;

    public SolverStores() => (Snapshots, Collector, Cache) = Open();

    public VfsSnapshotter Snapshots { get; private set; }
    public Collector Collector { get; private set; }
    public StepCache Cache { get; private set; }
    public ContentStore Content => new(Path.Combine(_root, "content"));
    public string CacheDirectory => Path.Combine(_root, "build/cache");

    /// <summary>A layer with one file of so many bytes.</summary>
    public TreeLayer Layer(BuiltTree below, string name, int size = 1)
    {
        using MemoryStream archive = new();
        using (TarWriter writer = new(archive, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(new byte[size]), ModificationTime = DateTimeOffset.UnixEpoch,
            });
        archive.Position = 0;
        using ILayerUnpack unpack = Snapshots.Unpack(below.ChainIds.Count > 0 ? below.ChainIds[^1] : null);
        unpack.Apply(archive, CancellationToken.None);
        TreeLayer layer = new(unpack.DiffId, new Descriptor { Digest = unpack.DiffId, Size = size });
        unpack.Commit(below.With(layer).Name, null);
        return layer;
    }

    public void Reopen()
    {
        Collector.Dispose();
        Snapshots.Dispose();
        (Snapshots, Collector, Cache) = Open();
    }

    /// <summary>As another part of the engine sees the cache's directory.</summary>
    public StepCache CacheOver(ISnapshotter snapshots) => new(CacheDirectory, Collector, snapshots);

    private (VfsSnapshotter, Collector, StepCache) Open()
    {
        VfsSnapshotter snapshots = new(Path.Combine(_root, "vfs"));
        Collector collector = new(_root, new ContentStore(Path.Combine(_root, "content")), snapshots);
        Directory.CreateDirectory(Path.Combine(_root, "build"));
        StepCache cache = new(CacheDirectory, collector, snapshots);
        collector.Start();
        return (snapshots, collector, cache);
    }

    public void Dispose()
    {
        Collector.Dispose();
        Snapshots.Dispose();
        Directory.Delete(_root, recursive: true);
    }
}
