using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Engine.Images;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>Images that are here, as what builds begin from.</summary>
internal static class KnownImage
{
    /// <summary>One that is here; null for others, which are not looked for.</summary>
    public static BaseImage? Find(ImageStore images, string reference, Lease lease)
    {
        try
        {
            return Describe(images.ResolveAndPin(reference, null, lease));
        }
        catch (GantryException e) when (e.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
        {
            return null;
        }
    }

    public static BaseImage Describe(Image image) => new(image.Id, image.Config, new BuiltTree(
        [.. image.DiffIds.Zip(image.Layers, (diffId, layer) => new TreeLayer(diffId, layer))]));
}
