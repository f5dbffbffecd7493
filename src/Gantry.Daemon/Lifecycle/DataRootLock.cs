using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Two daemons on one data root would undo each other's work: the first one holds a lock, which ends with its process.</summary>
internal sealed class DataRootLock : IDisposable
{
    private readonly FileStream _file;

    private DataRootLock(FileStream file) => this._file = file;

    /// <exception cref="GantryException">Conflict: another daemon has it.</exception>
    /// <param name="told">Of what had its place and is no file.</param>
    public static DataRootLock Take(string dataRoot, Action<string> told)
    {
        string path = Path.Combine(dataRoot, "lock");
        // A link that leads nowhere is none either.
        if (JsonFile.IsThere(path) && FileNature.KindOf(path) is not FileKind.Regular)
            told($"{path} was no file: set aside as {JsonFile.SetAside(path)}");
        try
        {
            return new DataRootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult is not Errno.EAGAIN)
        {
            throw new GantryException(ErrorKind.Unavailable, $"data root {dataRoot} cannot be used: {Failure.Text(e)}: make it writable, "
                + "or choose another --data-root", e);
        }
        catch (IOException e)
        {
            throw GantryException.Conflict($"data root {dataRoot} is in use by another daemon (lock {path}: {e.Message}): stop that one, "
                + $"or choose another --data-root");
        }
    }

    public void Dispose() => _file.Dispose();
}
