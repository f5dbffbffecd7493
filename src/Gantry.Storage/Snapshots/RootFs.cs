using Gantry.Linux;
using Gantry.Linux.Mounts;

namespace Gantry.Storage.Snapshots;

/// <summary>A container's root filesystem as it is to be mounted.</summary>
/// <param name="Type">As in <see cref="DetachedRoot"/>.</param>
/// <param name="Lower">Read-only layers, topmost first; with <c>bind</c>, the tree that the directory was made from.</param>
/// <param name="Upper">The writable layer; overlay alone.</param>
/// <param name="Work">Overlay's scratch directory, on the file system of <paramref name="Upper"/>.</param>
/// <param name="Source">The ready directory; bind alone.</param>
/// <param name="Options">Extra mount options.</param>
public sealed record RootFs(string Type, IReadOnlyList<string> Lower, string? Upper, string? Work, string? Source,
    IReadOnlyList<string> Options)
{
    /// <summary>Puts it together as a mount that this process alone sees.</summary>
    public SafeFileDescriptor Open() => DetachedRoot.Open(Type, Lower, Upper, Work, Source, Options);
}
