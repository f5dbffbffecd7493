namespace Gantry.Storage.Archives;

/// <summary>Names in a layer's archive that say that something below is gone (image-spec "Whiteouts").</summary>
internal static class Whiteouts
{
    public static ReadOnlySpan<byte> Prefix => ".wh."u8;

    public static bool IsMark(ReadOnlySpan<byte> name) => name.StartsWith(Prefix);

    /// <summary>What such a name removes.</summary>
    public static ReadOnlySpan<byte> Removed(ReadOnlySpan<byte> mark) => mark[Prefix.Length..];
}
