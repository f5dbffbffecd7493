using System.Text;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary>Cuts one stream of output into log records: at each newline, and inside a line that does not fit one.</summary>
/// <remarks>
/// As with Docker a record holds 16 KiB of output at most, its newline included; a longer line becomes several records, of which the last
/// alone ends in a newline, all with the time of the first. A line without its end waits until the stream ends.
/// </remarks>
internal sealed class LineSplitter(FileSink log, byte stream)
{
    public const int MaxRecord = 16 * 1024;

    private byte[] _held = [];
    private int _count;
    private DateTime _heldSince;
    private bool _continues;

    public ReadOnlySpan<byte> Held => _held.AsSpan(0, _count);

    public void Append(ReadOnlySpan<byte> output, DateTime now)
    {
        while (!output.IsEmpty)
        {
            int room = MaxRecord - _count, newline = output[..Math.Min(room, output.Length)].IndexOf((byte)'\n');
            if (newline < 0 && output.Length < room)
            {
                Hold(output, now);
                return;
            }
            int take = newline >= 0 ? newline + 1 : room;
            if (_count == 0)
            {
                int whole = newline >= 0 ? take : WithoutCutCharacter(output[..take]);
                Emit(output[..whole], newline >= 0, now);
                output = output[whole..];
            }
            else
            {
                Hold(output[..take], now);
                output = output[take..];
                EmitHeld(newline >= 0);
            }
        }
    }

    /// <summary>The stream ended: what is left becomes a record without a newline.</summary>
    public void End(DateTime now)
    {
        if (_count > 0) Emit(_held.AsSpan(0, _count), true, now);
        _count = 0;
    }

    private void Hold(ReadOnlySpan<byte> bytes, DateTime now)
    {
        if (_held.Length == 0) _held = new byte[MaxRecord];
        if (_count == 0 && !_continues) _heldSince = now;
        bytes.CopyTo(_held.AsSpan(_count));
        _count += bytes.Length;
    }

    private void EmitHeld(bool complete)
    {
        int whole = complete ? _count : WithoutCutCharacter(_held.AsSpan(0, _count));
        log.Record(stream, _held.AsSpan(0, whole), _heldSince);
        _continues = !complete;
        _held.AsSpan(whole, _count - whole).CopyTo(_held);
        _count -= whole;
    }

    private void Emit(ReadOnlySpan<byte> record, bool complete, DateTime now)
    {
        if (!_continues) _heldSince = now;
        _continues = !complete;
        log.Record(stream, record, _heldSince);
    }

    /// <summary>A character of several bytes must not be torn apart by our own cut: both halves would be lost as invalid.</summary>
    private static int WithoutCutCharacter(ReadOnlySpan<byte> record)
    {
        for (int back = 1; back <= 3 && back < record.Length; back++)
        {
            byte b = record[^back];
            if (b < 0x80) break;
            if (b >= 0xC0)
                return Rune.DecodeFromUtf8(record[^back..], out _, out _) == System.Buffers.OperationStatus.NeedMoreData
                    ? record.Length - back : record.Length;
        }
        return record.Length;
    }
}
