using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Layers;

/// <summary>Where an archive that is no layer goes below a root, and what it may do there.</summary>
public sealed record ExtractRules
{
    /// <summary>The directory that names begin at; links in it are followed as if the root were the root.</summary>
    public byte[] Directory { get; init; } = [];
    /// <summary>The first part of names, replaced by <see cref="NewBase"/>; empty puts everything below that.
    /// Null leaves names alone.</summary>
    public byte[]? Base { get; init; }
    public byte[] NewBase { get; init; } = [];
    /// <summary>Instead of the owners that the archive names; <see cref="Unchanged"/> leaves those that new files get.</summary>
    public (uint User, uint Group)? Owner { get; init; }
    /// <summary>Refuse to replace a directory by something else, and the reverse.</summary>
    public bool KeepKinds { get; init; }

    /// <summary>Leave the directory that names begin at as it is, whatever the archive says of <c>.</c>.</summary>
    public bool KeepTop { get; init; }
    /// <summary>Nobody looks before all is there, so files need not come into being whole.</summary>
    public bool Unshared { get; init; }
    /// <summary>Is told the inode and the SHA-256 of each regular file that is written.</summary>
    public Action<ulong, byte[]>? Written { get; init; }

    public static (uint User, uint Group) Unchanged => (uint.MaxValue, uint.MaxValue);

    /// <returns>The name from the root; null when it leads out.</returns>
    internal byte[]? Place(ReadOnlySpan<byte> name)
    {
        if (LayerPath.Clean(name) is not { } clean) return null;
        if (Base is not null) clean = Rename(clean);
        if (Directory.Length == 0) return clean;
        return clean.Length == 0 ? Directory : LayerPath.Join(Directory, clean);
    }

    private byte[] Rename(byte[] name)
    {
        if (Base!.Length == 0) return name.Length == 0 ? NewBase : LayerPath.Join(NewBase, name);
        if (!name.AsSpan().StartsWith(Base)) return name;
        if (name.Length == Base.Length) return NewBase;
        return name[Base.Length] == '/' ? [.. NewBase, .. name[Base.Length..]] : name;
    }
}

/// <summary>Unpacks an archive into a tree that is in use: what <c>cp</c> does on both sides.</summary>
public static class TreeExtract
{
    /// <param name="root">Nothing outside is touched, whatever the archive and the tree hold.</param>
    /// <param name="archive">Uncompressed; read to its end.</param>
    /// <exception cref="GantryException">Invalid: the archive is damaged or hostile; the message names the entry.
    /// What came before it is there.</exception>
    public static void Run(DirectoryHandle root, Stream archive, ExtractRules rules, CancellationToken cancellation,
        LayerLimits? limits = null)
    {
        using LayerApply apply = new(root, null, limits ?? new LayerLimits(), rules);
        apply.Run(archive, cancellation);
    }

    /// <summary>Applies a layer onto a tree that is in use: what the layer takes away is removed from it.</summary>
    /// <inheritdoc cref="Run"/>
    public static void RunLayer(DirectoryHandle root, Stream archive, CancellationToken cancellation)
    {
        using LayerApply apply = new(root, new RemovingWhiteouts(), new LayerLimits(), new ExtractRules { Unshared = true });
        apply.Run(archive, cancellation);
    }
}
