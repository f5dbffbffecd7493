using System.Text;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Tests.Roots;

/// <summary>All stores of one data root, as a program opens them that knows one owner, "images", which has nothing.</summary>
internal sealed class Stores : IDisposable, IRootOwner
{
    public Stores(string root, TimeProvider? time = null, bool start = true)
    {
        Content = new ContentStore(Path.Combine(root, "content"));
        Snapshotter = new OverlaySnapshotter(root);
        Collector = new Collector(root, Content, Snapshotter, time);
        Collector.Register(this);
        if (start) Collector.Start();
    }

    public ContentStore Content { get; }
    public OverlaySnapshotter Snapshotter { get; }
    public Collector Collector { get; }

    /// <summary>What "images" needs.</summary>
    public RootSet Own { get; } = new();

    public void AddRoots(RootSet needed) { lock (Own) needed.Add(Own); }

    public string Blob(string content) => Content.Put(Encoding.UTF8.GetBytes(content));

    /// <summary>A layer with one file.</summary>
    /// <returns>Its chain ID.</returns>
    public string Layer(string content, string? parent = null)
    {
        using ILayerUnpack unpack = Snapshotter.Unpack(parent);
        unpack.Apply(new Tar().File("f", content).Stream(), default);
        string chain = parent is null ? unpack.DiffId : Digest.Of(Encoding.UTF8.GetBytes($"{parent} {unpack.DiffId}"));
        unpack.Commit(chain, null);
        return chain;
    }

    public static string DigestOf(string content) => Digest.Of(Encoding.UTF8.GetBytes(content));

    /// <summary>Of the lowest layer that <see cref="Layer"/> makes of it.</summary>
    public static string ChainOf(string content) => Digest.Of(new Tar().File("f", content).Bytes());

    public void Writable(string key, params string[] chain)
    {
        Snapshotter.Prepare(key, chain);
        File.WriteAllText(Snapshotter.UpperDirectory(key) + "/written", key);
    }

    /// <summary>Makes the writable layer a layer that nobody needs.</summary>
    public void Seal(string key, string parent)
    {
        using ISealedLayer? layer = Snapshotter.Seal(key, new HashSet<string>(), keep: false);
        if (layer is null) Snapshotter.Remove(key);
        else layer.Commit(Digest.Of(Encoding.UTF8.GetBytes($"{parent} {layer.DiffId}")));
    }

    public static RootRecord Root(string owner, string name, string[] blobs, string[] layers, string[] snapshots) =>
        new() { Version = 1, Owner = owner, Name = name, Blobs = blobs, Layers = layers, Snapshots = snapshots };

    public void Dispose()
    {
        Collector.Dispose();
        Snapshotter.Dispose();
    }
}
