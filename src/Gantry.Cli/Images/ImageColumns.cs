using System.Globalization;
using Gantry.Api.Images;
using Gantry.Cli.Output;

namespace Gantry.Cli.Images;

/// <summary>One line of <c>images</c>: an image has one for each of its tags.</summary>
internal sealed record ImageRow(ImageSummary Image, string Repository, string Tag, string Digest);

/// <summary>What <c>images</c> can show of an image.</summary>
internal static class ImageColumns
{
    private const string None = "<none>";
    private const string NotCounted = "N/A";

    /// <summary>The beginning of the year 1, which stands for "not known".</summary>
    private const long NeverCreated = -62135596800;

    public static string Table(bool digests) => digests
        ? "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince}}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}"
        : "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince}}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";

    public static RowFormat<ImageRow> Create(bool truncate, DateTimeOffset now) => new("*formatter.imageContext",
    [
        new("ID", "IMAGE ID", r => truncate ? Shorten.Id(r.Image.Id) : r.Image.Id),
        new("Repository", "REPOSITORY", r => r.Repository),
        new("Tag", "TAG", r => r.Tag),
        new("Digest", "DIGEST", r => r.Digest),
        new("CreatedSince", "CREATED",
            r => r.Image.Created == NeverCreated ? "" : Human.Ago(DateTimeOffset.FromUnixTimeSeconds(r.Image.Created), now)),
        new("CreatedAt", "CREATED AT", r => Human.Timestamp(DateTimeOffset.FromUnixTimeSeconds(r.Image.Created))),
        new("Size", "SIZE", r => ByteSize.Text(r.Image.Size, 3)),
        new("Containers", "CONTAINERS",
            r => r.Image.Containers < 0 ? NotCounted : r.Image.Containers.ToString(CultureInfo.InvariantCulture)),
        new("VirtualSize", "SIZE", r => ByteSize.Text(r.Image.Size, 3)),
        new("SharedSize", "SHARED SIZE", r => r.Image.SharedSize < 0 ? NotCounted : ByteSize.Text(r.Image.SharedSize)),
        new("UniqueSize", "UNIQUE SIZE", r => r.Image.SharedSize < 0 ? NotCounted : ByteSize.Text(r.Image.Size - r.Image.SharedSize)),
    ]);

    /// <summary>A line for each tag; with digests, for each pair of tag and digest;
    /// digests without a tag have a line of their own.</summary>
    public static IEnumerable<ImageRow> Rows(ImageSummary image, bool digests)
    {
        List<(string Repository, string Tag)> tags = [.. image.RepoTags.Where(t => t != "<none>:<none>").Select(SplitTag)];
        List<(string Repository, string Digest)> fingerprints = [.. image.RepoDigests.Where(d => d != "<none>@<none>").Select(SplitDigest)];
        if (tags.Count == 0 && fingerprints.Count == 0) return [new ImageRow(image, None, None, None)];

        List<ImageRow> rows = [];
        foreach (IGrouping<string, (string Repository, string Tag)> group in tags.GroupBy(t => t.Repository))
        {
            List<string> own = digests ? [.. fingerprints.Where(f => f.Repository == group.Key).Select(f => f.Digest)] : [];
            if (own.Count == 0) own.Add(None);
            rows.AddRange(own.SelectMany(digest => group.Select(t => new ImageRow(image, t.Repository, t.Tag, digest))));
        }
        IEnumerable<(string Repository, string Digest)> untagged =
            fingerprints.Where(f => tags.TrueForAll(t => t.Repository != f.Repository));
        if (!digests) untagged = untagged.DistinctBy(f => f.Repository).Select(f => (f.Repository, ""));
        rows.AddRange(untagged.Select(f => new ImageRow(image, f.Repository, None, f.Digest)));
        return rows;
    }

    private static (string, string) SplitTag(string reference)
    {
        int colon = reference.LastIndexOf(':');
        return colon > reference.LastIndexOf('/') ? (reference[..colon], reference[(colon + 1)..]) : (reference, None);
    }

    private static (string, string) SplitDigest(string reference)
    {
        int at = reference.IndexOf('@');
        return at < 0 ? (reference, None) : (reference[..at], reference[(at + 1)..]);
    }
}
