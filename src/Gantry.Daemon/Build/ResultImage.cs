using Gantry.Build;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Engine.Images;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>The result of a build as an image of the store.</summary>
internal static class ResultImage
{
    /// <returns>Its identifier.</returns>
    public static string Keep(ImageAssembly assembly, ImageStore images, BuildPlan plan, BuiltImage image, BuiltTree tree, BuildRun run,
        IReadOnlyList<Reference> names)
    {
        if (image.Describe(plan.Target) is { } described)
            return assembly.Run(BuiltImage.Serialize(described), [.. tree.Layers.Select(layer => layer.Blob)], names, run.Lease).Id;
        if (plan.Target.Base is null) throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");
        return assembly.Keep(images.ResolveAndPin(plan.Target.Base.Id, null, run.Lease), names, run.Lease).Id;
    }
}
