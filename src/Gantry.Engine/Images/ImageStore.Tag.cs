using Gantry.Engine.Events;
using Gantry.Registry;

namespace Gantry.Engine.Images;

public sealed partial class ImageStore
{
    /// <summary>Points a name at an image; a name that another image had is taken from it.</summary>
    /// <exception cref="GantryException">NotFound: no such image; Invalid: not a name, or one with a digest.</exception>
    public void Tag(string source, string repository, string? tag)
    {
        Reference name = TargetName(repository, tag);
        Image image;
        lock (_lock)
        {
            image = ResolveLocked(source, out _);
            string? before = _tags.Set(name, image.Id);
            SaveNames();
            if (before is not null && before != image.Id) SaveAgain(before);
            Touch(image.Id);
        }
        SettleSoon();
        Publish(image, "tag", name.Familiar);
    }

    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    internal static Reference TargetName(string repository, string? tag)
    {
        Reference name = Reference.Parse(repository);
        if (name.Digest is null && !string.IsNullOrEmpty(tag)) name = name.With(tag);
        if (name.Digest is not null) throw GantryException.Invalid("refusing to create a tag with a digest reference");
        // "sha256:…" could then be either.
        if (name.FamiliarName == "sha256")
            throw GantryException.Invalid("refusing to create an ambiguous tag using digest algorithm as name");
        return name.WithDefaultTag();
    }

    /// <summary>Docker's event of a pull is about the name, not about the image.</summary>
    internal void PublishPull(Image image, Reference name) => Publish(image, "pull", name.FamiliarName, name.Familiar);

    internal void PublishPrune(long reclaimed) =>
        _events.Publish(EventType.Image, "prune", "", new Dictionary<string, string> { ["reclaimed"] = $"{reclaimed}" });

    internal void Publish(Image image, string action, string name, string? actor = null)
    {
        Dictionary<string, string> attributes = new(image.Config.Config?.Labels ?? new Dictionary<string, string>()) { ["name"] = name };
        _events.Publish(EventType.Image, action, actor ?? image.Id, attributes);
    }
}
