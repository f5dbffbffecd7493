using System.IO.Compression;
using Gantry.Linux.Compression;

namespace Gantry.Storage.Archives;

/// <summary>Recognises how a stream is compressed by its first bytes, whatever its name or media type says.</summary>
public static class Decompression
{
    private const int MagicLength = 6;

    /// <summary>The stream's content uncompressed.</summary>
    /// <param name="stream">Read on through the result, which disposes it.</param>
    /// <exception cref="GantryException">Unsupported: compressed in a way that is recognised but not read.</exception>
    public static Stream Open(Stream stream)
    {
        Stream whole = Peek(stream, out ReadOnlySpan<byte> magic);
        if (IsGzip(magic)) return new CheckedInflate(new GZipStream(whole, CompressionMode.Decompress));
        if (IsZstd(magic)) return new CheckedInflate(new ZstdReadStream(whole));
        if (IsBzip2(magic)) throw GantryException.Unsupported("the layer is compressed with bzip2; gzip, zstd and none are supported");
        if (IsXz(magic)) throw GantryException.Unsupported("the layer is compressed with xz; gzip, zstd and none are supported");
        return whole;
    }

    /// <summary>As <see cref="Open"/>, but for archives that people made: bzip2 and xz are read too.</summary>
    public static Stream OpenAny(Stream stream) => Open(WithoutForeign(stream));

    /// <summary>Takes off the compressions that people use and layers may not have, bzip2 and xz; any other stays.</summary>
    /// <inheritdoc cref="Open"/>
    public static Stream WithoutForeign(Stream stream)
    {
        Stream whole = Peek(stream, out ReadOnlySpan<byte> magic);
        return IsBzip2(magic) ? new CheckedInflate(new Bzip2ReadStream(whole))
            : IsXz(magic) ? new CheckedInflate(new XzReadStream(whole)) : whole;
    }

    /// <summary>Whether the first bytes of a stream, 512 where it has so many, are those of an archive, compressed or not:
    /// what is none is text.</summary>
    public static bool IsArchive(ReadOnlySpan<byte> head) => IsGzip(head) || IsZstd(head) || IsBzip2(head) || IsXz(head)
        || TarReader.IsHeader(head);

    private static Stream Peek(Stream stream, out ReadOnlySpan<byte> magic)
    {
        byte[] head = new byte[MagicLength];
        int length = stream.ReadAtLeast(head, MagicLength, throwOnEndOfStream: false);
        magic = head.AsSpan(0, length);
        return new PrefixedStream(head.AsMemory(0, length), stream);
    }

    private static bool IsGzip(ReadOnlySpan<byte> magic) => magic.StartsWith<byte>([0x1f, 0x8b]);

    // A frame, or a skippable one, as seekable zstd begins.
    private static bool IsZstd(ReadOnlySpan<byte> magic) => magic.StartsWith<byte>([0x28, 0xb5, 0x2f, 0xfd])
        || (magic.Length >= 4 && (magic[0] & 0xf0) == 0x50 && magic[1..].StartsWith<byte>([0x2a, 0x4d, 0x18]));

    // With the digit of its block size: a tar archive may begin with a file named BZh.
    private static bool IsBzip2(ReadOnlySpan<byte> magic) =>
        magic.StartsWith("BZh"u8) && magic.Length > 3 && magic[3] is >= (byte)'1' and <= (byte)'9';

    private static bool IsXz(ReadOnlySpan<byte> magic) => magic.StartsWith<byte>([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]);
}
