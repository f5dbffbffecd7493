namespace Gantry.Engine.Images;

/// <summary>What images have in common: the layers, and so who stands on whom. Made for one answer;
/// images that come or go meanwhile are not in it.</summary>
public sealed class ImageFamily
{
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tops = new(StringComparer.Ordinal);

    public ImageFamily(ImageStore store)
    {
        foreach (Image image in store.All)
        {
            foreach (string chain in image.ChainIds.Distinct().Concat(image.Blobs)) _users[chain] = _users.GetValueOrDefault(chain) + 1;
            if (image.ChainIds.Count > 0) _tops.TryAdd(image.ChainIds[^1], image.Id);
        }
    }

    /// <summary>Whether another image has this layer or blob too.</summary>
    public bool IsShared(string name) => _users.GetValueOrDefault(name) > 1;

    /// <summary>The image with the most of this one's layers that has no others; null when there is none.</summary>
    public string? ParentOf(Image image)
    {
        for (int i = image.ChainIds.Count - 2; i >= 0; i--)
            if (_tops.TryGetValue(image.ChainIds[i], out string? parent)) return parent;
        return null;
    }
}
