using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>libbz2's low-level interface, stable since 1.0: <c>bzlib.h</c>.</summary>
internal static unsafe partial class NativeBzip2
{
    private const string Library = "libbz2.so.1.0";

    public const int Ok = 0, StreamEnd = 4;

    /// <summary><c>bz_stream</c>; zeroed is its initial state.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Stream
    {
        public byte* Next;
        public uint Available, TotalLow, TotalHigh;
        public byte* NextOut;
        public uint AvailableOut, TotalOutLow, TotalOutHigh;
        public nint State, Allocate, Free, Opaque;
    }

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompressInit(Stream* stream, int verbosity, int small);

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompress(Stream* stream);

    [LibraryImport(Library)]
    public static partial int BZ2_bzDecompressEnd(Stream* stream);
}
