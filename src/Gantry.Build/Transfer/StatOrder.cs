using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>The order in which files are told: a directory before what is in it, names by their bytes.</summary>
public sealed class StatOrder
{
    /// <summary>Directories above a file; each level costs who walks a descriptor.</summary>
    public const int MaxDepth = 1024;
    /// <summary>Bytes of a path.</summary>
    public const int MaxPath = 32 << 10;
    private const int MaxTarget = 4095;

    private readonly List<byte[]> _open = [];
    private byte[] _last = [];

    /// <summary>Which of two paths comes first: part by part, so a slash is less than any other byte.</summary>
    public static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int same = a.CommonPrefixLength(b);
        if (same == a.Length || same == b.Length) return a.Length.CompareTo(b.Length);
        return (a[same] == '/' ? 0 : a[same]).CompareTo(b[same] == '/' ? 0 : b[same]);
    }

    /// <summary>Takes the next one.</summary>
    /// <exception cref="GantryException">Invalid: it leads out, has no directory, or comes at the wrong place or twice; no client that
    /// means well tells such a thing.</exception>
    public void Add(FileStat stat)
    {
        CheckPath(stat);
        if (_last.Length > 0 && Compare(_last, stat.Path) >= 0)
            throw Refuse(stat, _last.AsSpan().SequenceEqual(stat.Path) ? "is told twice" : "is not told in order");
        int slash = stat.Path.AsSpan().LastIndexOf((byte)'/');
        ReadOnlySpan<byte> parent = slash < 0 ? [] : stat.Path.AsSpan(0, slash);
        while (_open.Count > 0 && !_open[^1].AsSpan().SequenceEqual(parent)) _open.RemoveAt(_open.Count - 1);
        if (!parent.IsEmpty && _open.Count == 0) throw Refuse(stat, "is in nothing that is told to be a directory");
        CheckKind(stat);
        if (stat.Kind == FileKind.Directory) _open.Add(stat.Path);
        _last = stat.Path;
    }

    private static void CheckPath(FileStat stat)
    {
        ReadOnlySpan<byte> path = stat.Path;
        if (path.IsEmpty || path.Length > MaxPath) throw Refuse(stat, $"has {path.Length} bytes: a path has 1 to {MaxPath}");
        if (path.Count((byte)'/') > MaxDepth) throw Refuse(stat, $"is nested more than {MaxDepth} directories deep");
        foreach (Range range in path.Split((byte)'/'))
        {
            ReadOnlySpan<byte> part = path[range];
            if (part.IsEmpty || part.SequenceEqual("."u8) || part.SequenceEqual(".."u8) || part.Contains((byte)0)
                || part.Length > PathBytes.MaxName) throw Refuse(stat, "is no path below the context");
        }
    }

    private static void CheckKind(FileStat stat)
    {
        if (stat.Kind is null or FileKind.Socket) throw Refuse(stat, "is of no kind that can be sent");
        if (stat.Size < 0) throw Refuse(stat, "is smaller than nothing");
        if (stat.Target.Length > MaxTarget || stat.Target.Contains((byte)0)) throw Refuse(stat, "leads to something that has no name");
        if (stat.Kind == FileKind.Link && stat.Target.Length == 0) throw Refuse(stat, "is a link that leads nowhere");
        if (stat.Kind is not (FileKind.Link or FileKind.Regular) && stat.Target.Length > 0)
            throw Refuse(stat, "is no link, and has a target");
    }

    private static GantryException Refuse(FileStat stat, string reason) =>
        GantryException.Invalid($"the client's files make no sense: \"{stat.Shown}\" {reason}");
}
