using System.Buffers.Binary;
using Gantry.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Shim.Logs;

/// <summary>How a packed log file begins: with which file it was made of, so that who had that one open knows it again. To any other reader
/// of Zstandard this is a frame to be skipped (RFC 8878, 3.1.2).</summary>
/// <remarks>Together with the time of the last change, which the packed file has from it, that is beyond doubt: numbers of files are used
/// again, times alone are not fine enough.</remarks>
public static class PackedLog
{
    private const uint SkippableFrame = 0x184D2A50;
    private const int ContentSize = 16;

    public static byte[] Head(FileIdentity origin)
    {
        byte[] head = new byte[8 + ContentSize];
        BinaryPrimitives.WriteUInt32LittleEndian(head, SkippableFrame);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(4), ContentSize);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(8), origin.Device);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(16), origin.Inode);
        return head;
    }

    /// <returns>Null when it says nothing of the kind.</returns>
    public static FileIdentity? Origin(SafeFileHandle packed)
    {
        Span<byte> head = stackalloc byte[8 + ContentSize];
        if (RandomAccess.Read(packed, head, 0) < head.Length || BinaryPrimitives.ReadUInt32LittleEndian(head) != SkippableFrame
            || BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) != ContentSize) return null;
        return new FileIdentity(BinaryPrimitives.ReadUInt64LittleEndian(head[8..]), BinaryPrimitives.ReadUInt64LittleEndian(head[16..]),
            Birth: 0);
    }
}
