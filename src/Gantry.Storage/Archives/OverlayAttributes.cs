namespace Gantry.Storage.Archives;

/// <summary>Extended attributes that steer what an overlay mount shows (kernel, "overlayfs.rst"): they belong to the host,
/// never to an image.</summary>
internal static class OverlayAttributes
{
    public const string Opaque = "trusted.overlay.opaque";

    public static bool Is(ReadOnlySpan<byte> name) => name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8);
}
