using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images;

/// <summary>The files of an image archive, each put into the content store as it streamed by,
/// so that the archive itself is never kept.</summary>
/// <remarks>Which files are layers is known only at the end: Docker's archives list them in a file that comes last.</remarks>
internal sealed class ImageArchive
{
    private const int MaxFiles = 100_000, MaxHops = 16;

    private readonly ContentStore _content;
    private readonly Dictionary<string, Descriptor> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal);

    private ImageArchive(ContentStore content) => _content = content;

    /// <exception cref="GantryException">Invalid: damaged, hostile or not an archive.</exception>
    public static ImageArchive Read(Stream body, ContentStore content, Lease lease, CancellationToken cancellation)
    {
        ImageArchive archive = new(content);
        using PumpedStream stream = new(Decompression.OpenAny(body));
        TarReader reader = new(stream);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            if (reader.Count > MaxFiles) throw GantryException.Invalid($"archive: more than {MaxFiles} files are not an image");
            archive.Add(reader, entry, lease);
        }
        reader.Drain();
        return reader.Count > 0 ? archive : throw GantryException.Invalid("archive: it is empty");
    }

    public bool Contains(string path) => Find(path) is not null;

    /// <summary>Digest and size of a file; null when it is not there.</summary>
    public Descriptor? Find(string path)
    {
        string? at = Clean(PathBytes.Of(path));
        for (int hop = 0; at is not null && hop < MaxHops; hop++)
        {
            if (_files.TryGetValue(at, out Descriptor? file)) return file;
            if (!_links.TryGetValue(at, out at)) return null;
        }
        return null;
    }

    /// <summary>A document, whole; null when it is not there.</summary>
    public byte[]? Document(string path) => Find(path) is { } file ? _content.Read(file.Digest, ImageRecords.MaxDocumentSize) : null;

    public IEnumerable<string> Paths => _files.Keys;

    private void Add(TarReader reader, TarEntry entry, Lease lease)
    {
        string path = Clean(entry.Name)
            ?? throw GantryException.Invalid($"archive: \"{entry.ShownName}\": the name leads out of the archive");
        switch (entry.Type)
        {
            case TarEntryType.Directory:
                break;
            case TarEntryType.Regular when !reader.IsSparse:
                using (ContentWriter writer = _content.Begin())
                {
                    for (ReadOnlySpan<byte> piece = reader.Read(); !piece.IsEmpty; piece = reader.Read()) writer.Write(piece);
                    _files[path] = new Descriptor { Digest = writer.Commit(null, lease.PinBlob), Size = writer.Length };
                }
                break;
            case TarEntryType.HardLink:
            case TarEntryType.Link:
                // Old archives name a layer that several images share by links.
                byte[] target = entry.Type == TarEntryType.HardLink ? entry.LinkName
                    : [.. LayerPath.Parent(entry.Name), (byte)'/', .. entry.LinkName];
                _links[path] = Clean(target)
                    ?? throw GantryException.Invalid($"archive: \"{entry.ShownName}\": the link leads out of the archive");
                break;
            default:
                throw GantryException.Invalid($"archive: \"{entry.ShownName}\": such files do not belong into an image archive");
        }
    }

    private static string? Clean(ReadOnlySpan<byte> path) => LayerPath.Clean(path) is { } clean ? PathBytes.Show(clean) : null;
}
