using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>The name that an archive gives to an image.</summary>
/// <remarks>A digest in a name is a promise about the content, which nobody has checked but who computed it: an archive that could give any
/// would be run as what somebody pinned.</remarks>
internal static class ArchiveName
{
    /// <exception cref="GantryException">Invalid: no name, or one with a digest.</exception>
    public static Reference Parse(string text) => Of(Reference.Parse(text), text, null);

    /// <param name="digest">The manifest's own, where it is known.</param>
    /// <returns>A tag; or the digest that is the manifest's own, where the name has no tag beside it.</returns>
    /// <exception cref="GantryException">Invalid: it has another digest, or can be taken for one.</exception>
    public static Reference Of(Reference name, string text, string? digest)
    {
        if (name.Digest is not null && name.Digest != digest)
            throw GantryException.Invalid($"invalid tag \"{text}\": refusing to create a tag with a digest reference");
        if (name.FamiliarName == "sha256")
            throw GantryException.Invalid($"invalid tag \"{text}\": refusing to create an ambiguous tag using digest algorithm as name");
        return name.Tag is not null ? name with { Digest = null } : name.WithDefaultTag();
    }
}
