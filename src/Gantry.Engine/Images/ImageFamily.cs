namespace Gantry.Engine.Images;

/// <summary>What images have in common: the layers, and so who stands on whom. Made for one answer;
/// images that come or go meanwhile are not in it.</summary>
public sealed class ImageFamily
{
    // Two of them: an uncompressed archive has the name of the layer that it makes as an image's first.
    private readonly Dictionary<string, int> _layerUsers = new(StringComparer.Ordinal), _blobUsers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tops = new(StringComparer.Ordinal);

    public ImageFamily(ImageStore store)
    {
        foreach (Image image in store.All)
        {
            Count(image.ChainIds, _layerUsers);
            Count(image.Blobs, _blobUsers);
            if (image.ChainIds.Count > 0) _tops.TryAdd(image.ChainIds[^1], image.Id);
        }
    }

    /// <summary>Whether another image has this layer too.</summary>
    public bool IsSharedLayer(string chainId) => _layerUsers.GetValueOrDefault(chainId) > 1;

    /// <summary>Whether another image has this blob too.</summary>
    public bool IsSharedBlob(string digest) => _blobUsers.GetValueOrDefault(digest) > 1;

    /// <summary>The image with the most of this one's layers that has no others; null when there is none.</summary>
    public string? ParentOf(Image image)
    {
        for (int i = image.ChainIds.Count - 2; i >= 0; i--)
            if (_tops.TryGetValue(image.ChainIds[i], out string? parent)) return parent;
        return null;
    }

    private static void Count(IEnumerable<string> names, Dictionary<string, int> users)
    {
        foreach (string name in names.Distinct()) users[name] = users.GetValueOrDefault(name) + 1;
    }
}
