using Gantry.Storage.Archives;

namespace Gantry.Build.Transfer;

/// <summary>Some paths of a tree, with all that is below them and the directories on the way to them.</summary>
public sealed class PathChoice
{
    private readonly HashSet<string> _chosen = new(StringComparer.Ordinal), _above = new(StringComparer.Ordinal);

    /// <param name="paths">Relative to the tree's root.</param>
    internal PathChoice(IEnumerable<byte[]> paths)
    {
        foreach (byte[] path in paths)
        {
            _chosen.Add(ByteText.Of(path));
            for (byte[] above = LayerPath.Parent(path).ToArray(); above.Length > 0; above = LayerPath.Parent(above).ToArray())
                if (!_above.Add(ByteText.Of(above))) break;
        }
    }

    internal bool Contains(byte[] path)
    {
        string text = ByteText.Of(path);
        if (_above.Contains(text)) return true;
        while (!_chosen.Contains(text))
        {
            int slash = text.LastIndexOf('/');
            if (slash < 0) return false;
            text = text[..slash];
        }
        return true;
    }
}
