using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>liblzma's streaming, stable since 5.0: <c>lzma/base.h</c>, <c>lzma/container.h</c>.</summary>
internal static unsafe partial class NativeLzma
{
    private const string Library = "liblzma.so.5";

    public const int Ok = 0, StreamEnd = 1, MemoryLimit = 6;
    public const int Run = 0, Finish = 3;
    public const uint Concatenated = 0x08;

    /// <summary><c>lzma_stream</c>; zeroed is its initial state.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Stream
    {
        public byte* Next;
        public nuint Available;
        public ulong Total;
        public byte* NextOut;
        public nuint AvailableOut;
        public ulong TotalOut;
        public nint Allocator, Internal;
        public nint Reserved1, Reserved2, Reserved3, Reserved4;
        public ulong SeekPosition, Reserved5;
        public nuint Reserved6, Reserved7;
        public int Reserved8, Reserved9;
    }

    [LibraryImport(Library)]
    public static partial int lzma_stream_decoder(Stream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library)]
    public static partial int lzma_code(Stream* stream, int action);

    [LibraryImport(Library)]
    public static partial void lzma_end(Stream* stream);
}
