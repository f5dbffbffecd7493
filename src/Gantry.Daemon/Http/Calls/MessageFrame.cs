namespace Gantry.Daemon.Http.Calls;

/// <summary>How a message is marked on its way: one byte that says whether it is compressed, and four for its length.</summary>
internal static class MessageFrame
{
    public const int Head = 5;

    /// <summary>Bytes of a message: what BuildKit's own side takes.</summary>
    public const int Largest = 16 << 20;
}
