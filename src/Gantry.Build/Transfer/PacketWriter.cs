namespace Gantry.Build.Transfer;

/// <summary>Makes packets, one after the other in one buffer.</summary>
public sealed class PacketWriter
{
    private readonly WireWriter _packet = new();

    /// <returns>Valid until the next call.</returns>
    public ReadOnlyMemory<byte> Write(in FilePacket packet)
    {
        _packet.Clear();
        packet.Write(_packet);
        return _packet.Written;
    }
}
