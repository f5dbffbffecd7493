using System.Globalization;
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
        // A FIFO would hold us until somebody reads from it.
        if (FileNature.KindOf(path) is FileKind.Fifo)
            throw GantryException.Invalid($"{path} is a FIFO: remove it, or choose another --pidfile");
        if (Read(path) is int other && other != Environment.ProcessId && IsDaemon(other))
            throw GantryException.Conflict(
                $"process with PID {other} is still running (from {path}): stop it, or choose another --pidfile");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new PidFile(path);
    }

    private static int? Read(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
            ? pid : null;

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
