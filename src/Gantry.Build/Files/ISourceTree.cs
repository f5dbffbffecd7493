using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>What COPY and ADD take files from: a context, a stage's or an image's file system.</summary>
/// <remarks>It does not change while it is used.</remarks>
public interface ISourceTree
{
    /// <summary>Owned by the tree. Whatever is in it is hostile.</summary>
    DirectoryHandle Root { get; }

    /// <summary>The directory of the host that is its root; null where it is not as a whole in one.</summary>
    string? HostPath { get; }

    /// <summary>The SHA-256 of a regular file's content where it is known without reading the file; null otherwise.</summary>
    byte[]? KnownDigest(in FileStatus file);

    /// <summary>The attributes of a regular file, of those that a copy has too, where they are known without asking for them; null
    /// otherwise.</summary>
    IReadOnlyList<KeyValuePair<byte[], byte[]>>? KnownAttributes(in FileStatus file) => null;
}
