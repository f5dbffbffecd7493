using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>A file as it was when its directory was read.</summary>
/// <param name="Inside">Of a directory what is in it; null for another file.</param>
/// <param name="IsWanted">False for a directory that is told only when something in it is.</param>
internal sealed record WalkedFile(byte[] Name, FileStatus Status, WalkedDirectory? Inside, bool IsWanted)
{
    /// <summary>Of a link.</summary>
    public byte[] Target { get; init; } = [];
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Attributes { get; init; } = [];
}
