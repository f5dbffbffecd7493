namespace Gantry.Cli.Terminal;

/// <summary>A file that a command writes; it appears whole or not at all.</summary>
internal static class OutputFile
{
    public static void Write(string path, Stream content)
    {
        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            if (Directory.Exists(path)) throw new CliException($"invalid output path: {path} is a directory");
            // A device or pipe cannot be replaced by renaming.
            if (File.Exists(path) && (File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.ReparsePoint)) != 0) temporary = path;
            using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1)) content.CopyTo(file, 128 * 1024);
            if (temporary != path) File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"invalid output path: {path}: {e.Message}");
        }
        finally
        {
            if (temporary != path) File.Delete(temporary);
        }
    }
}
