using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>Extended attributes that belong to a file and not to the host that it lies on: capabilities, access lists, those of users.
/// </summary>
internal static class CopiedAttributes
{
    /// <summary>Of a file among the sources of a copy.</summary>
    /// <inheritdoc cref="Of(DirectoryHandle, ReadOnlySpan{byte}, FileKind)"/>
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Of(ISourceTree tree, DirectoryHandle directory, in SelectedFile file) =>
        (file.Status.Kind == FileKind.Regular ? tree.KnownAttributes(file.Status) : null) ?? Of(directory, file.Name, file.Status.Kind);

    /// <returns>In the order of their names.</returns>
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Of(DirectoryHandle directory, ReadOnlySpan<byte> name, FileKind kind)
    {
        // No other kind has any of these.
        if (kind is not (FileKind.Regular or FileKind.Directory)) return [];
        return Among(directory.Attributes(name));
    }

    /// <summary>Those that are copied, in the order of their names.</summary>
    public static IReadOnlyList<KeyValuePair<byte[], byte[]>> Among(IReadOnlyList<KeyValuePair<byte[], byte[]>> all) => all.Count == 0 ? all
        : [.. all.Where(pair => Is(pair.Key)).OrderBy(pair => ByteText.Of(pair.Key), StringComparer.Ordinal)];

    public static bool Is(ReadOnlySpan<byte> name) => name.SequenceEqual("security.capability"u8)
        || name.StartsWith("system.posix_acl_"u8) || (name.StartsWith("user."u8) && !name.StartsWith("user.overlay."u8));
}
