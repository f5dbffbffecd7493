using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>An archive within an answer of JSON lines: a piece in each.</summary>
/// <param name="piece">The line for one.</param>
internal sealed class FilesStream(ProgressStream output, Func<byte[], BuildResult> piece) : WriteOnlyStream
{
    private readonly byte[] _piece = new byte[96 << 10];
    private int _length;

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_length == _piece.Length) Send();
            int count = Math.Min(bytes.Length, _piece.Length - _length);
            bytes[..count].CopyTo(_piece.AsSpan(_length));
            _length += count;
            bytes = bytes[count..];
        }
    }

    /// <summary>The rest.</summary>
    public void Finish() => Send();

    private void Send()
    {
        if (_length == 0) return;
        output.Write(new BuildResultMessage { Aux = piece(_piece[.._length]) }, ApiJson.Default.BuildResultMessage);
        _length = 0;
    }
}
