using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>Compresses to one Zstandard frame (RFC 8878) with a checksum. The same bytes give the same frame.</summary>
public sealed unsafe class ZstdWriteStream : WriteOnlyStream
{
    // zstd.h: ZSTD_cParameter and ZSTD_EndDirective.
    private const int CompressionLevel = 100, ChecksumFlag = 201, Continue = 0, End = 2;
    private const int Level = 3;

    private readonly Stream _target;
    private readonly byte[] _output = new byte[128 << 10];
    private nint _context;

    /// <param name="target">Left open.</param>
    /// <exception cref="GantryException">Unsupported: libzstd is not installed.</exception>
    public ZstdWriteStream(Stream target)
    {
        _target = target;
        try
        {
            _context = NativeZstd.ZSTD_createCCtx();
        }
        catch (DllNotFoundException e)
        {
            throw new GantryException(ErrorKind.Unsupported, "to compress with zstd, libzstd.so.1 must be installed (package libzstd1)", e);
        }
        if (_context == 0) throw new OutOfMemoryException("zstd");
        Check(NativeZstd.ZSTD_CCtx_setParameter(_context, CompressionLevel, Level));
        Check(NativeZstd.ZSTD_CCtx_setParameter(_context, ChecksumFlag, 1));
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!buffer.IsEmpty) Compress(buffer, Continue);
    }

    private void Compress(ReadOnlySpan<byte> buffer, int directive)
    {
        fixed (byte* input = buffer, output = _output)
        {
            NativeZstd.Buffer source = new() { Start = input, Size = (nuint)buffer.Length };
            nuint left;
            do
            {
                NativeZstd.Buffer target = new() { Start = output, Size = (nuint)_output.Length };
                left = Check(NativeZstd.ZSTD_compressStream2(_context, &target, &source, directive));
                _target.Write(_output, 0, (int)target.Position);
            } while (directive == End ? left > 0 : source.Position < source.Size);
        }
    }

    private static nuint Check(nuint result) => NativeZstd.ZSTD_isError(result) == 0 ? result
        : throw GantryException.Internal($"zstd: {Marshal.PtrToStringUTF8((nint)NativeZstd.ZSTD_getErrorName(result))}");

    protected override void Dispose(bool disposing)
    {
        if (_context == 0) return;
        try
        {
            if (disposing) Compress([], End);
        }
        finally
        {
            NativeZstd.ZSTD_freeCCtx(_context);
            _context = 0;
        }
        base.Dispose(disposing);
    }
}
