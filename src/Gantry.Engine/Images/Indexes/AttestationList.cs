using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Indexes;

/// <summary>What an image is attested with, as its index has it.</summary>
public sealed class AttestationList(ImageStore store)
{
    /// <summary>Bytes of a statement that is read; who has larger ones has a registry for them.</summary>
    public const int MaxStatement = 32 << 20;

    /// <summary>The statements about the image for a platform, in the order of its index, unread.</summary>
    /// <param name="platform">Null for this machine's.</param>
    /// <param name="name">As the caller wrote it.</param>
    /// <exception cref="GantryException">NotFound: the image is not for that platform; Invalid: it is none.</exception>
    public IReadOnlyList<StatementLayer> Run(Image image, string? platform, string name)
    {
        PlatformChoice wanted = PlatformChoice.Parse(platform);
        if (image.Index is not { } index)
        {
            wanted.Require(image, name);
            return [];
        }
        string subject = wanted.Choose([.. index.Images.Select(static one => one.Descriptor)]).Digest;
        return [.. index.Manifests.Where(one => AttestationNames.SubjectOf(one.Descriptor) == subject)
            .SelectMany(static one => one.Layers)
            .Where(static layer => layer.Annotations?.ContainsKey(AttestationNames.PredicateType) == true)
            .Select(static layer => new StatementLayer(layer, layer.Annotations![AttestationNames.PredicateType]))];
    }

    /// <summary>The statement itself, byte by byte.</summary>
    /// <exception cref="GantryException">NotFound: it is not here; Invalid: it is larger than is read; Internal: it is damaged.</exception>
    public byte[] Read(StatementLayer statement)
    {
        string digest = statement.Descriptor.Digest;
        if (store.Content.Size(digest) > MaxStatement)
            throw GantryException.Invalid($"statement {digest} has more than {MaxStatement} bytes");
        try
        {
            return store.Content.ReadVerified(digest, MaxStatement);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument)
        {
            throw GantryException.Internal($"statement {digest}: {e.Message}", e);
        }
    }
}

/// <summary>One statement about an image.</summary>
/// <param name="Descriptor">As its manifest has it.</param>
/// <param name="PredicateType">What kind of statement, by its address.</param>
public sealed record StatementLayer(Descriptor Descriptor, string PredicateType);
