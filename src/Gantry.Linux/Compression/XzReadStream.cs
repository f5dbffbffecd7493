using System.Runtime.InteropServices;

namespace Gantry.Linux.Compression;

/// <summary>Decompresses xz (the .xz file format 1.1), several streams in a row included.</summary>
public sealed unsafe class XzReadStream : ReadOnlyStream
{
    /// <summary>What the highest preset needs is 65 MiB; more is asked for by none but an attacker.</summary>
    private const ulong MemoryLimit = 256 << 20;

    private readonly Stream _source;
    private readonly byte[] _input = new byte[128 << 10];
    private NativeLzma.Stream* _state;
    private int _position, _available;
    private bool _ended, _done;

    /// <param name="source">Disposed with this stream.</param>
    /// <exception cref="GantryException">Unsupported: liblzma is not installed.</exception>
    public XzReadStream(Stream source)
    {
        _source = source;
        _state = (NativeLzma.Stream*)NativeMemory.AllocZeroed((nuint)sizeof(NativeLzma.Stream));
        try
        {
            if (NativeLzma.lzma_stream_decoder(_state, MemoryLimit, NativeLzma.Concatenated) != NativeLzma.Ok)
                throw new OutOfMemoryException("xz");
        }
        catch (DllNotFoundException e)
        {
            Free();
            throw new GantryException(ErrorKind.Unsupported,
                "the data is compressed with xz, and liblzma.so.5 is not installed (package liblzma5)", e);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty && !_done)
        {
            if (_position == _available && !_ended)
            {
                _available = _source.Read(_input, 0, _input.Length);
                _position = 0;
                _ended = _available == 0;
            }
            int produced = Decompress(buffer);
            if (produced > 0) return produced;
        }
        return 0;
    }

    private int Decompress(Span<byte> buffer)
    {
        ObjectDisposedException.ThrowIf(_state is null, this);
        fixed (byte* input = _input, output = buffer)
        {
            _state->Next = input + _position;
            _state->Available = (nuint)(_available - _position);
            _state->NextOut = output;
            _state->AvailableOut = (nuint)buffer.Length;
            int result = NativeLzma.lzma_code(_state, _ended ? NativeLzma.Finish : NativeLzma.Run);
            _position = _available - (int)_state->Available;
            _done = result == NativeLzma.StreamEnd;
            if (result is not (NativeLzma.Ok or NativeLzma.StreamEnd))
                throw new InvalidDataException(result == NativeLzma.MemoryLimit
                    ? $"xz stream needs more than {MemoryLimit >> 20} MiB of memory" : $"xz stream is damaged or cut short ({result})");
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
            NativeLzma.lzma_end(_state);
            Free();
        }
        if (disposing) _source.Dispose();
        base.Dispose(disposing);
    }
}
