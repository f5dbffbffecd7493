using System.Text.Json;
using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Results;

/// <summary>The image of a tree of which no Dockerfile says anything.</summary>
public static class DescribedTree
{
    /// <summary>In the history, of a layer that nobody says more of.</summary>
    private const string Untold = "a step of a graph";

    /// <param name="said">What the client says that the image is; null for nothing. Of layers and their history it need say
    /// nothing.</param>
    /// <exception cref="GantryException">Invalid: it is no configuration of an image.</exception>
    public static OciImage Of(BuiltTree tree, byte[]? said, TargetPlatform platform, DateTimeOffset now)
    {
        OciImage image = said is null ? new OciImage() : Read(said);
        return image with
        {
            Created = image.Created ?? now, Architecture = image.Architecture ?? platform.Architecture, Os = image.Os ?? platform.Os,
            Variant = image.Variant ?? (image.Architecture is null && platform.Variant.Length > 0 ? platform.Variant : null),
            Config = image.Config ?? new ImageConfig(), RootFs = new ImageRootFs { DiffIds = tree.DiffIds },
            History = HistoryOf(image.History ?? [], tree.Layers.Count, image.Created ?? now),
        };
    }

    private static OciImage Read(byte[] said)
    {
        try
        {
            return JsonSerializer.Deserialize(said, ImageJson.Default.OciImage)
                ?? throw GantryException.Invalid("the configuration of the image is null");
        }
        catch (JsonException e)
        {
            throw GantryException.Invalid($"the configuration of the image makes no sense: {e.Message}");
        }
    }

    /// <summary>It names as many layers as there are: what it says of more is another image's.</summary>
    private static IReadOnlyList<ImageHistory> HistoryOf(IReadOnlyList<ImageHistory> said, int layers, DateTimeOffset created)
    {
        int told = said.Count(step => step is { EmptyLayer: false });
        if (said.Any(step => step is null) || told > layers) (said, told) = ([], 0);
        return [.. said, .. Enumerable.Repeat(new ImageHistory { Created = created, CreatedBy = Untold }, layers - told)];
    }
}
