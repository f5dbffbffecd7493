using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Terminal;

/// <summary>A file that a command writes; it appears whole or not at all.</summary>
internal static class OutputFile
{
    /// <summary>Refuses a path that cannot be written before anything is asked of the daemon.</summary>
    public static void CheckDirectory(string path)
    {
        string directory = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        if (!Directory.Exists(directory)) throw new CliException($"invalid output path: stat {directory}: no such file or directory");
        if (Directory.Exists(path)) throw new CliException($"invalid output path: {path} is a directory");
    }

    /// <param name="durable">Also survive a power loss.</param>
    public static void Write(string path, Stream content, bool durable = false)
    {
        CheckDirectory(path);
        // A device or pipe cannot be replaced by renaming; a link stays one, to a new file.
#pragma warning disable RS0030 // The user's own file, by a name that was typed: no container made it.
        if (!IsDevice(path) && File.Exists(path) && File.ResolveLinkTarget(path, returnFinalTarget: true) is { } linked)
            path = linked.FullName;
#pragma warning restore RS0030
        bool inPlace = IsDevice(path);
        string target = inPlace ? path : $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream file = Open(target, inPlace))
            {
                content.CopyTo(file, 128 * 1024);
                if (durable) file.Flush(flushToDisk: true);
            }
            if (!inPlace) File.Move(target, path, overwrite: true);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"invalid output path: {path}: {FileFailure.Text(e)}");
        }
        finally
        {
            if (!inPlace) File.Delete(target);
        }
    }

    private static bool IsDevice(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    /// <summary>What is exported may be secret: for the owner alone.</summary>
    private static FileStream Open(string path, bool inPlace) => inPlace
        ? new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 1)
        : new FileStream(path,
        new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 1,
            UnixCreateMode = (UnixFileMode)Octal.O600 });
}
