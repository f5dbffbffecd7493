using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>Decompresses Zstandard (RFC 8878), several frames in a row included.
/// Window sizes above the library's 128 MiB are refused by it.</summary>
public sealed unsafe class ZstdReadStream : ReadOnlyStream
{
    private readonly Stream _source;
    private readonly byte[] _input = new byte[128 << 10];
    private nint _context;
    private int _position, _available;
    /// <summary>What the library said last: 0 when a frame has just ended.</summary>
    private nuint _hint;

    /// <param name="source">Disposed with this stream.</param>
    /// <exception cref="GantryException">Unsupported: libzstd is not installed.</exception>
    public ZstdReadStream(Stream source)
    {
        _source = source;
        try
        {
            _context = NativeZstd.ZSTD_createDStream();
        }
        catch (DllNotFoundException e)
        {
            throw new GantryException(ErrorKind.Unsupported,
                "the data is compressed with zstd, and libzstd.so.1 is not installed (package libzstd1)", e);
        }
        if (_context == 0) throw new OutOfMemoryException("zstd");
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            if (_position == _available)
            {
                _available = _source.Read(_input, 0, _input.Length);
                _position = 0;
                // At the end the library may still hold output; without progress below this is the end.
                if (_available == 0 && _hint == 0) return 0;
            }
            int produced = Decompress(buffer);
            if (produced > 0) return produced;
            if (_available == 0) throw new InvalidDataException("zstd stream is cut short");
        }
    }

    private int Decompress(Span<byte> buffer)
    {
        fixed (byte* input = _input, output = buffer)
        {
            NativeZstd.Buffer source = new() { Start = input, Size = (nuint)_available, Position = (nuint)_position };
            NativeZstd.Buffer target = new() { Start = output, Size = (nuint)buffer.Length };
            nuint result = NativeZstd.ZSTD_decompressStream(_context, &target, &source);
            if (NativeZstd.ZSTD_isError(result) != 0)
                throw new InvalidDataException(
                    $"zstd stream is damaged: {Marshal.PtrToStringUTF8((nint)NativeZstd.ZSTD_getErrorName(result))}");
            _position = (int)source.Position;
            _hint = result;
            return (int)target.Position;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_context != 0) NativeZstd.ZSTD_freeDStream(_context);
        _context = 0;
        if (disposing) _source.Dispose();
        base.Dispose(disposing);
    }
}
