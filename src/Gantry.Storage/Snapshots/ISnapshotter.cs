using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Snapshots;

/// <summary>Keeps unpacked layers, named by chain ID, and the writable layers of containers above them, named by key.</summary>
/// <remarks>
/// Every method may be called from any thread. What a crash interrupts is removed when the next instance opens the same directory.
/// Writable layers survive restarts; a layer that a writable one or another layer rests on is never removed.
/// </remarks>
public interface ISnapshotter : IDisposable
{
    /// <summary>As in <c>docker info</c>: <c>overlay2</c>, <c>vfs</c>.</summary>
    string Name { get; }

    /// <summary>Whether the layer is here, whole.</summary>
    bool Contains(string chainId);

    /// <summary>Null when it is not here.</summary>
    LayerRecord? Layer(string chainId);

    /// <summary>All layers here.</summary>
    IReadOnlyCollection<LayerRecord> Layers { get; }

    /// <summary>Whether layers may be unpacked in any order and at the same time; otherwise the parent must be committed before.</summary>
    bool Independent { get; }

    /// <summary>Begins to unpack a layer. The result is committed or disposed, which removes it.</summary>
    /// <param name="parent">Chain ID below; null for the lowest.</param>
    ILayerUnpack Unpack(string? parent);

    /// <summary>Waits until every layer committed so far would survive a power loss.
    /// To be called before a reference to one is recorded.</summary>
    void Sync();

    /// <summary>Removes a layer unless something rests on it. Returns at once; the space is freed in the background.</summary>
    /// <returns>For who wants the space to be free; null when it was not removed, or is unknown.</returns>
    RemovedTree? RemoveLayer(string chainId);

    /// <summary>Makes an empty writable layer over an image's layers (bottom first, as in its configuration).</summary>
    /// <exception cref="GantryException">NotFound: a layer is missing; Conflict: the key exists.</exception>
    void Prepare(string key, IReadOnlyList<string> chainIds);

    /// <exception cref="GantryException">NotFound: no such key.</exception>
    RootMount Mount(string key);

    /// <summary>Reports every difference between a container and its image, in the order of names,
    /// a directory before what is in it.</summary>
    /// <param name="made">Paths, without a slash in front, that the engine makes in every container to mount on:
    /// as long as they are empty they are no change.</param>
    /// <param name="directoryTimes">Whether a directory differs when its time alone does, as a layer wants it.</param>
    /// <exception cref="GantryException">NotFound: no such key.</exception>
    void Compare(string key, IReadOnlySet<string> made, bool directoryTimes, Action<TreeChange> visitor);

    /// <summary>Begins to make a layer of what a writable layer holds, which nobody writes to meanwhile. It is read once, for the diff ID,
    /// and nothing is unpacked.</summary>
    /// <param name="made">As in <see cref="Compare"/>: left out of the layer's archive.</param>
    /// <param name="keep">The writable layer stays, and the layer is a copy; otherwise its own directory becomes the layer with
    /// <see cref="ISealedLayer.Commit"/>, and nothing is mounted from it. A commit's container goes on;
    /// the step of a build is over.</param>
    /// <returns>Null when it holds nothing.</returns>
    /// <exception cref="GantryException">NotFound: no such key; Unsupported: not by this driver: write its archive and unpack
    /// that; Invalid: a name that no layer can have.</exception>
    ISealedLayer? Seal(string key, IReadOnlySet<string> made, bool keep);

    /// <summary>Writes the archive of a layer that was made by <see cref="Seal"/>, byte by byte the one that its diff ID is of.</summary>
    /// <exception cref="GantryException">NotFound: no such layer; Unsupported: it was made of its archive.</exception>
    void WriteArchive(string chainId, Stream output);

    /// <summary>The directory with the container's own changes, null when the driver does not keep them apart.</summary>
    string? UpperDirectory(string key);

    /// <summary>Removes a writable layer. Returns at once; the space is freed in the background. Unknown keys are ignored.</summary>
    void Remove(string key);

    /// <summary>Bytes used by the container's own changes.</summary>
    long Usage(string key);

    /// <summary>Space on the disk that a writable layer takes, as du(1) counts it.</summary>
    long DiskUsage(string key);

    /// <summary>Space on the disk that a layer takes; 0 for one that is not here.</summary>
    long LayerDiskUsage(string chainId);

    /// <summary>Told the chain ID of the topmost layer when the last writable layer on it is gone, so that layers whose image was removed
    /// before can follow. Raised on another thread.</summary>
    event Action<string>? Unreferenced;

    /// <summary>Keys of all writable layers.</summary>
    IReadOnlyCollection<string> Keys { get; }

    /// <summary>A layer's own tree; null when it is not there.</summary>
    DirectoryHandle? OpenLayer(string chainId);

    /// <returns>What of a writable layer is missing, in words; null when it is whole.</returns>
    string? WrongWith(string key);

    /// <summary>Whether the layer is below this writable layer.</summary>
    bool StandsOn(string key, string chainId);

    /// <summary>Names of directories that are neither a layer nor a writable layer, as far as their records can be read.</summary>
    IReadOnlyList<string> Strays();

    /// <summary>By name of a directory: why its record cannot be read. While there is one, no layer is removed,
    /// since it may rest on any.</summary>
    IReadOnlyDictionary<string, string> Unreadable { get; }

    /// <summary>Makes a directory that has lost its record the writable layer again that it was.</summary>
    /// <param name="chainIds">As in <see cref="Prepare"/>.</param>
    /// <returns>False when there is no such directory.</returns>
    bool Adopt(string key, IReadOnlyList<string> chainIds);

    /// <summary>The tree of one of <see cref="Unreadable"/>, if it has one as layers have; null otherwise.</summary>
    DirectoryHandle? OpenStray(string name);

    /// <summary>Removes one of <see cref="Strays"/>.</summary>
    void RemoveStray(string name);

    /// <summary><c>GraphDriver.Data</c> of <c>docker inspect</c> for a container.</summary>
    IReadOnlyDictionary<string, string> Describe(string key);

    /// <summary><c>GraphDriver.Data</c> of <c>docker inspect</c> for an image, its layers bottom first.</summary>
    IReadOnlyDictionary<string, string> DescribeImage(IReadOnlyList<string> chainIds);
}

/// <summary>A layer on its way into a snapshotter.</summary>
public interface ILayerUnpack : IDisposable
{
    /// <summary>Applies the archive, uncompressed by now, and reads it to its end. Called once; disposes the stream.</summary>
    /// <exception cref="GantryException">Invalid: the archive is damaged or hostile; the message names the entry.</exception>
    void Apply(Stream archive, CancellationToken cancellation);

    /// <summary>Digest of the archive; known once it is applied.</summary>
    string DiffId { get; }

    /// <summary>Makes the layer visible, whole, or keeps the one that another thread committed meanwhile.</summary>
    /// <param name="diffId">What the archive must have been; null for anything.</param>
    /// <exception cref="GantryException">Invalid: the archive was another one.</exception>
    void Commit(string chainId, string? diffId);

    /// <summary>As <see cref="Commit"/>, but what was there under this name goes: it was found damaged, and nothing runs on it.</summary>
    void Replace(string chainId, string diffId);

    /// <summary>Nothing of what was unpacked is kept but the record, which a directory gets that was found to be this layer and has lost
    /// its own.</summary>
    void Adopt(string stray, string chainId, string diffId);
}

/// <summary>A writable layer on its way to being a layer. Without a commit it is as it was.</summary>
public interface ISealedLayer : IDisposable
{
    string DiffId { get; }

    /// <summary>Bytes that its archive would have.</summary>
    long ArchiveSize { get; }

    /// <summary>Makes the layer visible, whole, or keeps the one that is there by this name; a writable layer that was not to stay is gone
    /// in either case.</summary>
    void Commit(string chainId);
}

/// <summary>An unpacked layer; on disk as <c>layer.json</c> in its directory.</summary>
public sealed record LayerRecord
{
    public required string ChainId { get; init; }
    public required string DiffId { get; init; }
    /// <summary>Chain ID of the layer below.</summary>
    public string? Parent { get; init; }
    /// <summary>Sum of the sizes of its files, in bytes.</summary>
    public long Size { get; init; }
    /// <summary>Mode and owner of <c>/</c> where the archive has it.</summary>
    public RootAttributes? Root { get; init; }
    /// <summary>Set on a layer that was made of a writable one: what its archive leaves out. That archive can be made again.</summary>
    public IReadOnlyList<string>? LeftOut { get; init; }
    /// <summary>Name of its directory.</summary>
    public required string CacheId { get; init; }
}
