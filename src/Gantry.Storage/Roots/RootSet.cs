namespace Gantry.Storage.Roots;

/// <summary>What somebody needs of the stores: nothing that is named here is collected.</summary>
public sealed class RootSet
{
    /// <summary>Digests.</summary>
    public HashSet<string> Blobs { get; } = new(StringComparer.Ordinal);

    /// <summary>Chain IDs; what a layer rests on is kept with it.</summary>
    public HashSet<string> Layers { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys of writable layers.</summary>
    public HashSet<string> Snapshots { get; } = new(StringComparer.Ordinal);

    /// <summary>Which blobs cannot be told, because something that named them is damaged: none is collected.</summary>
    public bool AllBlobs { get; set; }

    /// <inheritdoc cref="AllBlobs"/>
    public bool AllLayers { get; set; }

    /// <inheritdoc cref="AllBlobs"/>
    public bool AllSnapshots { get; set; }

    /// <summary>Something is damaged that may have named anything.</summary>
    public void HoldEverything() => AllBlobs = AllLayers = AllSnapshots = true;

    public void Add(RootSet other)
    {
        Blobs.UnionWith(other.Blobs);
        Layers.UnionWith(other.Layers);
        Snapshots.UnionWith(other.Snapshots);
        AllBlobs |= other.AllBlobs;
        AllLayers |= other.AllLayers;
        AllSnapshots |= other.AllSnapshots;
    }

    internal int Count => Blobs.Count + Layers.Count + Snapshots.Count;
}
