using System.Text;
using Gantry.Api.Images;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary>Images as a tree, each under the one it was made from.</summary>
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
            bool last = i == level.Count - 1;
            output.Append(indent).Append(last ? "└─" : "├─").Append(below.Count > 0 ? '┬' : '─')
                .Append(truncate ? Shorten.Id(image.Id) : image.Id)
                .Append(" Size: ").Append(ByteSize.Text(image.Size, 3));
            if (image.RepoTags.Count > 0) output.Append(" Tags: ").AppendJoin(", ", image.RepoTags);
            output.Append('\n');
            Append(output, below, children, indent + (last ? "  " : "│ "), truncate);
        }
    }
}
