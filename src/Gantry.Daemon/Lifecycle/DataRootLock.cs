namespace Gantry.Daemon.Lifecycle;

/// <summary>Two daemons on one data root would undo each other's work: the first one holds a lock, which ends with its process.</summary>
internal sealed class DataRootLock : IDisposable
{
    private readonly FileStream _file;

    private DataRootLock(FileStream file) => this._file = file;

    /// <exception cref="GantryException">Conflict: another daemon has it.</exception>
    public static DataRootLock Take(string dataRoot)
    {
        string path = Path.Combine(dataRoot, "lock");
        if (Directory.Exists(path)) JsonFile.SetAside(path);
        try
        {
            return new DataRootLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e)
        {
            throw GantryException.Conflict($"data root {dataRoot} is in use by another daemon (lock {path}: {e.Message}): stop that one, "
                + $"or choose another --data-root");
        }
    }

    public void Dispose() => _file.Dispose();
}
