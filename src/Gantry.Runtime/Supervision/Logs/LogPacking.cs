using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Shim.Logs;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary>Packs the old files of a log, one at a time, in a process of their own: neither the container nor the supervisor's memory
/// shall feel it.</summary>
/// <remarks>
/// That process writes to a name of no meaning; it is here that the result takes the place of what it was made of, whatever that is called
/// by then. What is not packed for whatever reason stays as it is, and is tried again after the next rotation.
/// </remarks>
internal sealed class LogPacking
{
    private readonly EventLoop _loop;
    private readonly string _path;
    private readonly int _maxFiles;
    private readonly Action _worked;
    private ChildProcess? _child;
    /// <summary>Of the file that is being packed; 0 for none.</summary>
    private int _number;

    /// <param name="worked">Called after each file, packed or not: it took memory to have it done.</param>
    public LogPacking(EventLoop loop, string path, int maxFiles, Action worked)
    {
        (_loop, _path, _maxFiles, _worked) = (loop, path, maxFiles, worked);
        try
        {
            // An earlier supervisor's, half done.
            File.Delete(LogFileName.Packing(path));
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            SupervisorLog.Write($"pack log {path}: {e.Message}");
        }
    }

    public int Pid => _child?.Pid ?? 0;

    /// <summary>All old files have the next number now, and the newest of them is to be packed.</summary>
    public void Rotated()
    {
        if (_number > 0) _number++;
        Next();
    }

    /// <summary>The oldest first, which is the first to go.</summary>
    private void Next()
    {
        if (_child is not null) return;
        for (int number = _maxFiles - 1; number > 0; number--)
        {
            string plain = LogFileName.Of(_path, number);
            if (File.Exists(plain) && !File.Exists(LogFileName.PackedOf(_path, number)))
            {
                Begin(plain, number);
                return;
            }
        }
    }

    private void Begin(string plain, int number)
    {
        try
        {
            using SafeFileDescriptor none = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
            // Not by its name, which may be another's by the time that it is opened there.
            using SafeFileDescriptor file = RegularFile.Open(plain, OpenFlags.ReadOnly);
            _child = ChildProcess.Spawn(new ChildRequest
            {
                Path = "/proc/self/exe",
                Arguments = ["gantry-runtime", "shim", "--pack", "/proc/self/fd/0", LogFileName.Packing(_path)],
                Descriptors = [(file.Number, 0), (none.Number, 1), (2, 2)],
            });
            _number = number;
            _ = new ProcessWatch(_loop, _child.PidFd, Ended);
        }
        catch (SystemRefusalException e)
        {
            SupervisorLog.Write($"pack {plain}: {e.Message}");
        }
    }

    private void Ended(int code)
    {
        int number = _number;
        _child?.Dispose();
        (_child, _number) = (null, 0);
        _worked();
        try
        {
            // It may have been rotated away meanwhile.
            string plain = LogFileName.Of(_path, number), packed = LogFileName.Packing(_path);
            if (code != 0 || number >= _maxFiles || !File.Exists(plain))
            {
                File.Delete(packed);
                return;
            }
            // First the new name, then the old one away: a reader in between finds both, and takes one.
            File.Move(packed, LogFileName.PackedOf(_path, number), overwrite: true);
            File.Delete(plain);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            SupervisorLog.Write($"pack log {_path}: {e.Message}");
            return;
        }
        Next();
    }
}
