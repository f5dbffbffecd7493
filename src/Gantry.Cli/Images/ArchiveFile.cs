namespace Gantry.Cli;

/// <summary>The archives that load and import read.</summary>
internal static class ArchiveFile
{
    private const int BufferSize = 128 * 1024;

    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, BufferSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"open {path}: {Reason(e)}");
        }
    }

    private static string Reason(Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => "no such file or directory",
        UnauthorizedAccessException => "permission denied",
        _ => cause.Message,
    };
}
