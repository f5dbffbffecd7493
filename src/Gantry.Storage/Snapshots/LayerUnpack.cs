using System.Security.Cryptography;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Snapshots;

/// <summary>A layer being unpacked under a temporary name; its diff ID is made on the way.</summary>
internal sealed class LayerUnpack(DirectorySnapshotter snapshotter, string temporary, string? parent, LayerRecord? below) : ILayerUnpack
{
    private bool _done;
    private LayerRecord? _record;

    public string DiffId => _record?.DiffId ?? throw new InvalidOperationException("the layer is not applied");

    public void Apply(Stream archive, CancellationToken cancellation)
    {
        string path = snapshotter.BeginUnpack(temporary, below);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using DirectoryHandle root = DirectoryHandle.Open(path);
        using LayerApply apply = snapshotter.NewApply(root);
        using (PumpedStream pump = new(archive, piece => hash.AppendData(piece.Span))) apply.Run(pump, cancellation);
        _record = new LayerRecord
        {
            ChainId = "", DiffId = Digest.FromHash(hash.GetHashAndReset()), Parent = parent,
            Size = apply.Size, Root = apply.Root, CacheId = Guid.NewGuid().ToString("N")[..16],
        };
    }

    public void Commit(string chainId, string? diffId)
    {
        if (diffId is not null && diffId != DiffId)
            throw GantryException.Invalid($"layer does not match its diff ID: expected {diffId}, got {DiffId}");
        snapshotter.CommitLayer(temporary, _record! with { ChainId = chainId });
        _done = true;
    }

    public void Replace(string chainId, string diffId)
    {
        if (diffId != DiffId) throw GantryException.Invalid($"layer does not match its diff ID: expected {diffId}, got {DiffId}");
        snapshotter.ReplaceLayer(temporary, _record! with { ChainId = chainId });
        _done = true;
    }

    public void Adopt(string stray, string chainId, string diffId)
    {
        if (diffId != DiffId) throw GantryException.Invalid($"layer does not match its diff ID: expected {diffId}, got {DiffId}");
        snapshotter.AdoptLayer(stray, _record! with { ChainId = chainId });
    }

    public void Dispose()
    {
        if (!_done) snapshotter.Discard(temporary);
        _done = true;
    }
}
