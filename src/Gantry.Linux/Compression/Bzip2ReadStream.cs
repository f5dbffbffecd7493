using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>Decompresses bzip2, several streams in a row included.</summary>
public sealed unsafe class Bzip2ReadStream : ReadOnlyStream
{
    private readonly Stream _source;
    private readonly byte[] _input = new byte[128 << 10];
    private NativeBzip2.Stream* _state;
    private int _position, _available;
    private bool _between;

    /// <param name="source">Disposed with this stream.</param>
    /// <exception cref="GantryException">Unsupported: libbz2 is not installed.</exception>
    public Bzip2ReadStream(Stream source)
    {
        _source = source;
        _state = (NativeBzip2.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(NativeBzip2.Stream));
        try
        {
            Begin();
        }
        catch (DllNotFoundException e)
        {
            Free();
            throw new GantryException(ErrorKind.Unsupported,
                "the data is compressed with bzip2, and libbz2.so.1.0 is not installed (package libbz2-1.0)", e);
        }
    }

    private void Begin()
    {
        if (NativeBzip2.BZ2_bzDecompressInit(_state, 0, 0) != NativeBzip2.Ok) throw new OutOfMemoryException("bzip2");
    }

    public override int Read(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_state is null, this);
        while (!buffer.IsEmpty)
        {
            if (_position == _available)
            {
                _available = _source.Read(_input, 0, _input.Length);
                _position = 0;
                if (_available == 0) return _between ? 0 : throw new InvalidDataException("bzip2 stream is cut short");
            }
            if (_between) BeginNext();
            int produced = Decompress(buffer);
            if (produced > 0) return produced;
        }
        return 0;
    }

    private void BeginNext()
    {
        _ = NativeBzip2.BZ2_bzDecompressEnd(_state);
        NativeMemory.Clear(_state, (nuint)sizeof(NativeBzip2.Stream));
        Begin();
        _between = false;
    }

    private int Decompress(Span<byte> buffer)
    {
        fixed (byte* input = _input, output = buffer)
        {
            _state->Next = input + _position;
            _state->Available = (uint)(_available - _position);
            _state->NextOut = output;
            _state->AvailableOut = (uint)buffer.Length;
            int result = NativeBzip2.BZ2_bzDecompress(_state);
            _position = _available - (int)_state->Available;
            _between = result == NativeBzip2.StreamEnd;
            if (result is not (NativeBzip2.Ok or NativeBzip2.StreamEnd))
                throw new InvalidDataException($"bzip2 stream is damaged ({result})");
            return buffer.Length - (int)_state->AvailableOut;
        }
    }

    private void Free()
    {
        NativeMemory.Free(_state);
        _state = null;
    }

    protected override void Dispose(bool disposing)
    {
        if (_state is not null)
        {
            _ = NativeBzip2.BZ2_bzDecompressEnd(_state);
            Free();
        }
        if (disposing) _source.Dispose();
        base.Dispose(disposing);
    }
}
