namespace Gantry.Shim;

/// <summary>One frame as read from a shim; its memory is valid until the next read of the same connection.</summary>
/// <param name="Frame">Header and payload together, ready to be passed on to a client of Docker's multiplexed stream.</param>
/// <param name="Message">Parsed when <paramref name="Kind"/> is <see cref="ShimFrame.Message"/>, else null.</param>
/// <param name="End">The shim closed the connection; nothing else is set.</param>
public readonly record struct ShimFrameRead(byte Kind, ReadOnlyMemory<byte> Frame, ShimMessage? Message, bool End)
{
    public ReadOnlyMemory<byte> Payload => Frame.IsEmpty ? default : Frame[ShimFrame.HeaderSize..];

    internal static readonly ShimFrameRead Ended = new(0, default, null, End: true);
}
