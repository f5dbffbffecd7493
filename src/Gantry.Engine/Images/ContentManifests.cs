using Gantry.Linux;
using Gantry.Oci.Image;
using Gantry.Storage.Content;

namespace Gantry.Engine.Images;

/// <summary>Reads documents of images whose records are lost, out of a content store that may be damaged itself.</summary>
internal sealed class ContentManifests(ContentStore content)
{
    /// <summary>A manifest is small; what is larger is not read to look for one.</summary>
    private const long LargestManifest = 1 << 20;

    /// <summary>Whatever in the content store is a manifest, each with the configuration that it names.</summary>
    public IEnumerable<(string Digest, string ConfigId)> All() =>
        content.All.Where(digest => content.Size(digest) <= LargestManifest)
            .Select(digest => (Digest: digest, ConfigId: ConfigIdOf(digest))).Where(one => one.ConfigId is not null)!;

    /// <summary>The manifest that names this configuration; null when there is none.</summary>
    public string? Of(string id) => All().FirstOrDefault(one => one.ConfigId == id).Digest;

    /// <summary>Null for one that is gone or damaged; a damaged one goes out of the way, so that it can come again.</summary>
    public T? TryRead<T>(string digest, Func<byte[], string, T> read) where T : class
    {
        try
        {
            return read(ReadOrQuarantine(digest), digest);
        }
        catch (GantryException)
        {
            return null;
        }
    }

    private byte[] ReadOrQuarantine(string digest)
    {
        try
        {
            return content.ReadVerified(digest, ImageRecords.MaxDocumentSize);
        }
        // What the disk does not give at the moment may be whole.
        catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument || !content.Contains(digest))
        {
            if (JsonFile.IsThere(content.PathOf(digest))) TryQuarantine(digest);
            throw;
        }
    }

    /// <summary>A disk that refuses does not keep the daemon from starting: the image is broken all the same.</summary>
    private void TryQuarantine(string digest)
    {
        try
        {
            content.Quarantine(digest);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // It stays where it is, and a check finds it again.
        }
    }

    private string? ConfigIdOf(string digest)
    {
        try
        {
            byte[] bytes = content.Read(digest, (int)LargestManifest);
            return bytes.Length > 0 && bytes[0] == '{' ? ImageDocuments.ReadManifest(bytes, digest).Config?.Digest : null;
        }
        catch (GantryException)
        {
            // Something else, or damaged itself.
            return null;
        }
    }
}
