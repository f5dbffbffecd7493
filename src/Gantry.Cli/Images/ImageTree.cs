using System.Text;
using Gantry.Api.Images;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary>Images as a tree, each under the one it was made from, and what its name stands for on other platforms under it.</summary>
internal static class ImageTree
{
    public static string Render(List<ImageSummary> images, bool truncate)
    {
        HashSet<string> known = [.. images.Select(image => image.Id)];
        ILookup<string, ImageSummary> children = images.Where(image => known.Contains(image.ParentId)).ToLookup(image => image.ParentId);
        StringBuilder output = new();
        Append(output, [.. images.Where(image => !known.Contains(image.ParentId))], children, "", truncate);
        return output.ToString();
    }

    private static void Append(StringBuilder output, List<ImageSummary> level, ILookup<string, ImageSummary> children, string indent,
        bool truncate)
    {
        for (int i = 0; i < level.Count; i++)
        {
            ImageSummary image = level[i];
            List<ImageSummary> below = [.. children[image.Id]];
            List<ImageManifestSummary> platforms = PlatformsOf(image);
            bool last = i == level.Count - 1;
            output.Append(indent).Append(last ? "└─" : "├─").Append(below.Count + platforms.Count > 0 ? '┬' : '─')
                .Append(truncate ? Shorten.Id(image.Id) : image.Id)
                .Append(" Size: ").Append(ByteSize.Text(image.Size, 3));
            if (image.RepoTags.Count > 0) output.Append(" Tags: ").AppendJoin(", ", image.RepoTags);
            output.Append('\n');
            string inner = indent + (last ? "  " : "│ ");
            for (int j = 0; j < platforms.Count; j++)
                Append(output.Append(inner).Append(below.Count == 0 && j == platforms.Count - 1 ? "└──" : "├──"), image, platforms[j]);
            Append(output, below, children, inner, truncate);
        }
    }

    /// <summary>Those of an index; an image alone says all of itself in its own line.</summary>
    private static List<ImageManifestSummary> PlatformsOf(ImageSummary image) => image.Manifests is not { Count: > 1 } all ? []
        : [.. all.Where(manifest => manifest.Kind == "image")];

    private static void Append(StringBuilder output, ImageSummary image, ImageManifestSummary manifest)
    {
        DescriptorPlatform platform = manifest.ImageData?.Platform ?? new DescriptorPlatform();
        output.Append(platform.Os).Append('/').Append(platform.Architecture);
        if (!string.IsNullOrEmpty(platform.Variant)) output.Append('/').Append(platform.Variant);
        output.Append(" Size: ").Append(ByteSize.Text(manifest.Size.Total, 3));
        if (image.Manifests!.Exists(other => other.AttestationData?.For == manifest.ID)) output.Append(" Attested");
        output.Append('\n');
    }
}
