namespace Gantry.Linux;

/// <summary>What people read of a failure.</summary>
public static class Failure
{
    private const int MostErrno = 4095;

    /// <summary>What the system refused within a step of ours, in the words that people look for.</summary>
    /// <returns>Internal.</returns>
    public static GantryException Of(string step, Exception e) =>
        GantryException.Internal($"{step}: {Text(e)}", e);

    /// <returns>The message. The framework's say what was refused in words of their own and leave out the errno's name,
    /// which is added: it is what can be searched for.</returns>
    public static string Text(Exception e) =>
        FullDisk.Tell(e) ?? (ErrnoOf(e) is { } errno && Errno.Name(errno) is var name && !e.Message.Contains(name)
            ? $"{e.Message.TrimEnd('.')} ({name})" : e.Message);

    /// <remarks>What the framework has no exception for keeps its number in the HResult; an access that is denied has it below.</remarks>
    private static int? ErrnoOf(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        PathTooLongException => Errno.ENAMETOOLONG,
        IOException { HResult: > 0 and <= MostErrno } other => other.HResult,
        UnauthorizedAccessException { InnerException: IOException { HResult: > 0 and <= MostErrno } inner } => inner.HResult,
        UnauthorizedAccessException => Errno.EACCES,
        _ => null,
    };
}
