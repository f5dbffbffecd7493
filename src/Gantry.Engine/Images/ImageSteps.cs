using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>One step of how an image came to be.</summary>
/// <param name="Id">The image's identifier on the newest step; null on those that are no image here.</param>
/// <param name="Size">Bytes that the step added.</param>
public readonly record struct ImageStep(string? Id, ImageHistory History, long Size, IReadOnlyList<Reference> Tags);

/// <summary>The history of an image with what each step weighs.</summary>
public static class ImageSteps
{
    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ImageStep> HistoryOf(this ImageStore store, Image image)
    {
        List<ImageStep> steps = [];
        int layer = 0;
        foreach (ImageHistory step in image.Config.History ?? [])
        {
            // A history that lists fewer or more layers than there are is known from old tools; the list is shown as far as it goes.
            long size = step.EmptyLayer || layer >= image.ChainIds.Count ? 0 : store.Snapshotter.Layer(image.ChainIds[layer++])?.Size ?? 0;
            steps.Add(new ImageStep(null, step, size, []));
        }
        steps.Reverse();
        if (steps.Count > 0) steps[0] = steps[0] with { Id = image.Id, Tags = store.NamesOf(image.Id) };
        return steps;
    }
}
