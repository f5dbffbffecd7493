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
        byte[] head = new byte[MagicLength];
        int length = stream.ReadAtLeast(head, MagicLength, throwOnEndOfStream: false);
        Stream whole = new PrefixedStream(head.AsMemory(0, length), stream);
        ReadOnlySpan<byte> magic = head.AsSpan(0, length);
        if (magic.StartsWith<byte>([0x1f, 0x8b])) return new CheckedInflate(new GZipStream(whole, CompressionMode.Decompress));
        // A frame, or a skippable one, as seekable zstd begins.
        if (magic.StartsWith<byte>([0x28, 0xb5, 0x2f, 0xfd]) || (length >= 4 && (head[0] & 0xf0) == 0x50 && magic[1..].StartsWith<byte>([0x2a, 0x4d, 0x18])))
            return new CheckedInflate(new ZstdReadStream(whole));
        if (magic.StartsWith("BZh"u8)) throw GantryException.Unsupported("the archive is compressed with bzip2; gzip, zstd and none are supported");
        if (magic.StartsWith<byte>([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0])) throw GantryException.Unsupported("the archive is compressed with xz; gzip, zstd and none are supported");
        return whole;
    }
}
