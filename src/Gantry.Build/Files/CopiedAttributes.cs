using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>Extended attributes that belong to a file and not to the host that it lies on: capabilities, access lists, those of users.
/// </summary>
internal static class CopiedAttributes
{
    /// <returns>In the order of their names.</returns>
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Of(DirectoryHandle directory, ReadOnlySpan<byte> name, FileKind kind)
    {
        // No other kind has any of these.
        if (kind is not (FileKind.Regular or FileKind.Directory)) return [];
        IReadOnlyList<KeyValuePair<byte[], byte[]>> all = directory.Attributes(name);
        return all.Count == 0 ? all
            : [.. all.Where(pair => Is(pair.Key)).OrderBy(pair => ByteText.Of(pair.Key), StringComparer.Ordinal)];
    }

    public static bool Is(ReadOnlySpan<byte> name) => name.SequenceEqual("security.capability"u8)
        || name.StartsWith("system.posix_acl_"u8) || (name.StartsWith("user."u8) && !name.StartsWith("user.overlay."u8));
}
