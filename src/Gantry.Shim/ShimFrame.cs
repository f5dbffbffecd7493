namespace Gantry.Shim;

/// <summary>How everything travels between daemon and shim: Docker's own multiplex header,
/// so that output reaches a client byte for byte.</summary>
/// <remarks>Byte 0 is the kind, bytes 1–3 are zero, bytes 4–7 the payload's length, big-endian; then the payload.</remarks>
public static class ShimFrame
{
    public const int HeaderSize = 8;
    /// <summary>No frame is larger; a peer that claims more is cut off.</summary>
    public const int MaxPayload = 1 << 20;

    public const byte Stdin = 0, Stdout = 1, Stderr = 2;
    /// <summary>A <see cref="ShimMessage"/> as JSON.</summary>
    public const byte Message = 3;
}
