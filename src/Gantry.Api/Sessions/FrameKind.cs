using Gantry.Api.Builds;

namespace Gantry.Api.Sessions;

/// <summary>What one frame of a session says; see <see cref="SessionConnection"/>.</summary>
internal enum FrameKind : byte
{
    /// <summary>A new stream, with what is asked for in it: a <see cref="SessionRequest"/> as JSON.</summary>
    Open = 1,
    /// <summary>One message.</summary>
    Message = 2,
    /// <summary>No more messages come from this side; with text it is the reason why.</summary>
    End = 3,
    /// <summary>So many bytes of messages more may be sent: four bytes, the highest first.</summary>
    Credit = 4,
}
