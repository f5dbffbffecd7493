using System.Globalization;
using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Daemon.Lifecycle;

/// <summary>The file by which scripts find the daemon; removed at the end.</summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;

    private PidFile(string path) => this._path = path;

    /// <exception cref="GantryException">Conflict: the process that the file names is a living daemon.</exception>
    public static PidFile Write(string path)
    {
        // A FIFO would hold us until somebody reads from it; /dev/null means that nobody wants the file.
        if (FileNature.KindOfEntry(path) is { } kind and not (FileKind.Regular or FileKind.Link or FileKind.CharacterDevice))
            throw GantryException.Invalid($"{path} is no file ({kind}): remove it, or choose another --pidfile");
        if (Read(path) is int other && other != Environment.ProcessId && IsDaemon(other))
            throw GantryException.Conflict(
                $"process with PID {other} is still running (from {path}): stop it, or choose another --pidfile");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (FileNature.KindOfEntry(path) is not FileKind.CharacterDevice) Replace(path);
        return new PidFile(path);
    }

    /// <summary>What a link leads to is not ours to write to, wherever the file may be and whoever can make one there: the link itself
    /// goes.</summary>
    private static void Replace(string path)
    {
        File.Delete(path);
        using FileStream file = new(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = (UnixFileMode)Octal.O644,
        });
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
    }

    private static int? Read(string path) => FileNature.KindOfEntry(path) is FileKind.Regular
        && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : null;

    /// <remarks>After a reboot the number belongs to somebody else; one that was killed and is not yet waited for (state Z) runs no
    /// more.</remarks>
    private static bool IsDaemon(int pid)
    {
        try
        {
            string status = File.ReadAllText($"/proc/{pid}/stat"), name = $"{pid} (gantryd) ";
            return status.StartsWith(name, StringComparison.Ordinal) && status[name.Length] != 'Z';
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return false;
        }
    }

    public void Dispose()
    {
        if (Read(_path) == Environment.ProcessId) File.Delete(_path);
    }
}
