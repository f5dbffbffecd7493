using System.Buffers.Binary;
using Gantry.Shim;
using Gantry.Shim.Wire;

namespace Gantry.Runtime.Supervision.Connections;

/// <summary>Takes frames apart as their bytes come: stdin passes through in pieces, a message is gathered first.</summary>
internal sealed class FrameParser
{
    private readonly byte[] _header = new byte[ShimFrame.HeaderSize];
    private int _headerCount, _remaining, _messageCount;
    private byte[]? _message;

    /// <returns>False when the peer does not speak our protocol.</returns>
    public bool Feed(Client client, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && client.IsOpen)
        {
            if (_headerCount < _header.Length)
            {
                int part = Math.Min(_header.Length - _headerCount, bytes.Length);
                bytes[..part].CopyTo(_header.AsSpan(_headerCount));
                _headerCount += part;
                bytes = bytes[part..];
                if (_headerCount == _header.Length && !BeginPayload()) return false;
            }
            int count = Math.Min(_remaining, bytes.Length);
            if (_message is not null) bytes[..count].CopyTo(_message.AsSpan(_messageCount));
            else if (count > 0) client.Role.Input(client, bytes[..count]);
            _messageCount += count;
            _remaining -= count;
            bytes = bytes[count..];
            if (_headerCount == _header.Length && _remaining == 0 && !EndPayload(client)) return false;
        }
        return true;
    }

    private bool BeginPayload()
    {
        uint length = BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));
        if (length > ShimFrame.MaxPayload || _header[0] is not (ShimFrame.Stdin or ShimFrame.Message)) return false;
        _remaining = (int)length;
        _messageCount = 0;
        _message = _header[0] == ShimFrame.Message ? new byte[length] : null;
        return true;
    }

    private bool EndPayload(Client client)
    {
        byte[]? bytes = _message;
        (_headerCount, _message) = (0, null);
        if (bytes is null) return true;
        client.Role.Message(client, ShimReader.Message(bytes));
        return true;
    }
}
