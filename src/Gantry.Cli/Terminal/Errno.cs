namespace Gantry.Cli.Terminal;

/// <summary>Error numbers that the command line reacts to.</summary>
internal static class Errno
{
    public const int EINTR = 4;
    public const int EAGAIN = 11;
    private const int EPIPE = 32;

    /// <summary>The reader of our output is gone, as in <c>gantry ps | head -1</c>; not worth a message.</summary>
    public static bool IsBrokenPipe(IOException e) => e.HResult == EPIPE;
}
