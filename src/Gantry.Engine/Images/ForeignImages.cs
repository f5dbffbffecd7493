using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Engine.Images;

/// <summary>Images of other storage drivers' lists: what they need of the content is theirs.</summary>
internal sealed class ForeignImages
{
    private readonly HashSet<string> _blobs = new(StringComparer.Ordinal);

    /// <param name="allDrivers">With a directory for each.</param>
    /// <param name="own">The records that are not foreign.</param>
    public ForeignImages(string allDrivers, string own, ContentStore content)
    {
        if (!Directory.Exists(allDrivers)) return;
        foreach (string records in OwnDirectory.Directories(allDrivers).Select(driver => Path.Combine(driver, "records")))
        {
            if (records == own || !Directory.Exists(records)) continue;
            foreach (string path in OwnDirectory.All(records))
                if (!path.EndsWith(".tmp", StringComparison.Ordinal)) Read(path, content);
        }
    }

    public IReadOnlySet<string> Blobs => _blobs;

    /// <summary>Why a record cannot be read, so that nobody knows which blobs it needs; null for nothing.</summary>
    public string? Damage { get; private set; }

    private void Read(string path, ContentStore content)
    {
        try
        {
            if (JsonFile.Load(path, ImageRecordJson.Default.ImageRecord) is not { } record) return;
            Manifest manifest = ImageDocuments.ReadManifest(content.Read(record.Manifest.Digest, ImageRecords.MaxDocumentSize),
                record.Manifest.Digest);
            _blobs.UnionWith([record.Id, record.Manifest.Digest, .. (manifest.Layers ?? []).Select(layer => layer.Digest)]);
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // That driver will say so itself when it is used again; until then any blob may be its.
            Damage = e.Message;
        }
    }
}
