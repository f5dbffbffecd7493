using System.Runtime.InteropServices;
using Gantry.Linux;

namespace Gantry.Cli.Terminal;

/// <summary>What went wrong with a file, in the words that every other program on the system uses. The exceptions' own texts are not part
/// of a trimmed program.</summary>
internal static class FileFailure
{
    private const int MostErrno = 133;

    /// <summary>Of what is expected the framework's own alone: the others have their texts.</summary>
    public static bool Is(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>The reader of our output is gone, as in <c>gantry ps | head -1</c>; not worth a message.</summary>
    public static bool IsBrokenPipe(IOException e) => e.HResult == Errno.EPIPE;

    public static string Text(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        PathTooLongException => "file name too long",
        _ when e.HResult is > 0 and <= MostErrno => Marshal.GetPInvokeErrorMessage(e.HResult),
        _ => e.Message,
    };
}
