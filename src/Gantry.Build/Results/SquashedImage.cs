using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Oci.Image;

namespace Gantry.Build.Results;

/// <summary>An image whose steps have one layer together, which its last entry of history has, in Docker's words.</summary>
public static class SquashedImage
{
    private const string Onto = "merge sha256:", Alone = "create new from sha256:";

    /// <param name="image">With a layer for each step.</param>
    /// <param name="id">What that one would be called.</param>
    /// <param name="below">What it began from; null for nothing.</param>
    /// <param name="layer">Null where nothing is left of what the steps have made.</param>
    /// <param name="now">When it is made.</param>
    public static OciImage Of(OciImage image, string id, BaseImage? below, TreeLayer? layer, DateTimeOffset now)
    {
        int old = below?.Image.History?.Count ?? 0;
        IReadOnlyList<ImageHistory> history = image.History ?? [];
        return image with
        {
            Created = now,
            RootFs = new ImageRootFs { DiffIds = (below?.Tree ?? BuiltTree.Empty).With(layer).DiffIds },
            History =
            [
                .. history.Take(old), .. history.Skip(old).Select(entry => entry with { EmptyLayer = true }),
                new ImageHistory
                {
                    Created = now, EmptyLayer = layer is null,
                    Comment = below is null ? $"create new from {id}" : $"merge {id} to {below.Id}",
                },
            ],
        };
    }

    /// <summary>Whether its history tells of steps whose layers it has not got, whoever has made it.</summary>
    public static bool Is(OciImage image) => image.History?.Any(entry => entry.Comment is { } comment
        && (comment.StartsWith(Onto, StringComparison.Ordinal) || comment.StartsWith(Alone, StringComparison.Ordinal))) == true;
}
