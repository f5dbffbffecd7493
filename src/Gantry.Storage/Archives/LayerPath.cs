namespace Gantry.Storage.Archives;

/// <summary>Names in layer archives, made plain: no leading slash, no <c>.</c>, no <c>..</c>, no empty component.</summary>
public static class LayerPath
{
    private const byte Slash = (byte)'/';

    /// <returns>Empty for the root itself; null when the name leads out of it.</returns>
    public static byte[]? Clean(ReadOnlySpan<byte> name)
    {
        if (IsClean(name)) return name.ToArray();
        List<Range> parts = [];
        foreach (Range range in name.Split(Slash))
        {
            ReadOnlySpan<byte> part = name[range];
            if (part.IsEmpty || part.SequenceEqual("."u8)) continue;
            if (!part.SequenceEqual(".."u8)) parts.Add(range);
            else if (parts.Count == 0) return null;
            else parts.RemoveAt(parts.Count - 1);
        }
        List<byte> clean = new(name.Length);
        foreach (Range range in parts)
        {
            if (clean.Count > 0) clean.Add(Slash);
            clean.AddRange(name[range]);
        }
        return [.. clean];
    }

    private static bool IsClean(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty || name[^1] == Slash || name[0] is Slash or (byte)'.') return false;
        return name.IndexOf("//"u8) < 0 && name.IndexOf("/."u8) < 0;
    }

    /// <param name="directory">Empty for the root of the archive; <c>/</c> for names that shall begin with a slash.</param>
    public static byte[] Join(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> name) =>
        directory.IsEmpty ? name.ToArray() : directory[^1] == Slash ? [.. directory, .. name] : [.. directory, Slash, .. name];

    public static ReadOnlySpan<byte> Parent(ReadOnlySpan<byte> path) => path.LastIndexOf(Slash) is var slash and >= 0 ? path[..slash] : [];

    public static ReadOnlySpan<byte> Base(ReadOnlySpan<byte> path) => path[(path.LastIndexOf(Slash) + 1)..];
}
