using Gantry.Engine.Events;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>What happens to images, as Docker tells it.</summary>
internal sealed class ImageEvents(EventBus events)
{
    /// <summary>Docker's event of a pull is about the name, not about the image.</summary>
    public void Pulled(Image image, Reference name) => Publish(image, "pull", name.FamiliarName, name.Familiar);

    public void Pruned(long reclaimed) =>
        events.Publish(EventType.Image, "prune", "", new Dictionary<string, string> { ["reclaimed"] = $"{reclaimed}" });

    public void Publish(Image image, string action, string name, string? actor = null)
    {
        Dictionary<string, string> attributes = new(image.Config.Config?.Labels ?? new Dictionary<string, string>()) { ["name"] = name };
        events.Publish(EventType.Image, action, actor ?? image.Id, attributes);
    }
}
