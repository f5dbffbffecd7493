using Gantry.Build.Files;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Build.Transfer;

/// <summary>Finds what there is to send where certain sources of COPY are wanted alone: they themselves, and what links on the way to them
/// lead to, inside the root, as a COPY follows them.</summary>
public sealed class FollowedPaths
{
    /// <summary>Where there are more, all is sent.</summary>
    private const int MostLinks = 255, MostPaths = 100_000;

    private readonly DirectoryHandle _root;
    private readonly Dictionary<string, byte[]> _paths = new(StringComparer.Ordinal);
    private int _links;

    private FollowedPaths(DirectoryHandle root) => _root = root;

    /// <param name="sources">As COPY has them; empty for everything.</param>
    /// <returns>Null for everything.</returns>
    public static PathChoice? Of(DirectoryHandle root, IReadOnlyList<byte[]> sources)
    {
        if (sources.Count == 0) return null;
        FollowedPaths followed = new(root);
        foreach (byte[] source in sources)
        {
            IReadOnlyList<NamePattern> names;
            try
            {
                names = NamePattern.Parse(ByteText.Of(source));
            }
            catch (GantryException)
            {
                // The daemon says what is wrong with it.
                return null;
            }
            if (names.Count == 0 || names.Any(name => name.IsAnyDepth)) return null;
            followed.Descend([], names, 0);
        }
        bool isAll = followed._links > MostLinks || followed._paths.Count > MostPaths || followed._paths.ContainsKey("");
        return isAll ? null : new PathChoice(followed._paths.Values);
    }

    /// <param name="at">A directory to which no link leads.</param>
    private void Descend(byte[] at, IReadOnlyList<NamePattern> names, int next)
    {
        if (_links > MostLinks || _paths.Count > MostPaths) return;
        if (next == names.Count)
        {
            Add(at);
            return;
        }
        NamePattern name = names[next];
        if (name.Text == "..") Descend(LayerPath.Parent(at).ToArray(), names, next + 1);
        else if (!name.IsPattern) Enter(at, ByteText.Bytes(name.Text), names, next + 1);
        else
        {
            if (_root.TryOpenInRoot(at, out DirectoryHandle? directory) != 0) return;
            using (directory)
                foreach (DirectoryEntry entry in directory!.SortedEntries())
                    if (name.Matches(entry.Name)) Enter(at, entry.Name, names, next + 1);
        }
    }

    private void Enter(byte[] at, byte[] name, IReadOnlyList<NamePattern> names, int next)
    {
        byte[] path = LayerPath.Join(at, name);
        if (LinkOf(at, name) is not { } target)
        {
            Descend(path, names, next);
            return;
        }
        Add(path);
        _links++;
        IEnumerable<string> parts = ByteText.Of(target).Split('/').Where(part => part is not ("" or "."));
        Descend(target is [(byte)'/', ..] ? [] : at, [.. parts.Select(NamePattern.Exactly), .. names.Skip(next)], 0);
    }

    private byte[]? LinkOf(byte[] at, byte[] name)
    {
        if (_root.TryOpenInRoot(at, out DirectoryHandle? directory) != 0) return null;
        using (directory)
            return directory!.TryStatus(name, out FileStatus status) == 0 && status.Kind == FileKind.Link ? directory.ReadLink(name) : null;
    }

    private void Add(byte[] path) => _paths.TryAdd(ByteText.Of(path), path);
}
