using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Images;

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
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"open {path}: {FileFailure.Text(e)}");
        }
    }
}
