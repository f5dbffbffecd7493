namespace Gantry.Storage;

/// <summary>A container's root filesystem as it is to be mounted.</summary>
/// <param name="Type"><c>overlay</c>, or <c>bind</c> for a ready directory.</param>
/// <param name="Lower">Read-only layers, topmost first; overlay alone.</param>
/// <param name="Upper">The writable layer; overlay alone.</param>
/// <param name="Work">Overlay's scratch directory, on the file system of <paramref name="Upper"/>.</param>
/// <param name="Source">The ready directory; bind alone.</param>
/// <param name="Options">Extra mount options.</param>
public sealed record RootFs(string Type, IReadOnlyList<string> Lower, string? Upper, string? Work, string? Source, IReadOnlyList<string> Options);
