using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Supervision.Loop;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Shim;
using Gantry.Shim.Logs;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Runtime.Supervision.Logs;

/// <summary>The newest log file and those before it, as <see cref="LogFileName"/> names them.</summary>
/// <remarks>
/// Nothing here stops the container: what cannot be written is counted, said in <see cref="SupervisorLog"/> and left out.
/// A record that a full disk or a crash cut short is closed by a newline before the next one, so that it costs a reader that one record.
/// </remarks>
internal sealed class LogFile
{
    private const int RetryAfter = 1000, RotateRetryAfter = 60_000;

    private readonly EventLoop _loop;
    private readonly string _path;
    private readonly int _maxFiles;
    private SafeFileDescriptor? _file;
    private bool _torn;
    private long _lostBytes, _retryAt, _rotateAt;

    /// <param name="loop">Whose clock counts.</param>
    /// <param name="packing">Packs the old ones; null leaves them as they are.</param>
    public LogFile(EventLoop loop, string path, int maxFiles, LogPacking? packing)
    {
        (_loop, _path, _maxFiles, Packing) = (loop, path, maxFiles, packing);
        Open();
    }

    public LogPacking? Packing { get; }

    /// <summary>Of the newest file, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Where the next record will be; null while the file cannot be opened.</summary>
    public LogEnd? Position =>
        _file is { } file && FileIdentity.Of(file) is var identity
            ? new LogEnd(identity.Device, identity.Inode, Size, identity.Birth) : null;

    public void Append(ReadOnlySpan<byte> records)
    {
        if (records.IsEmpty) return;
        if (_file is null && (_loop.Now < _retryAt || !Open()))
        {
            _lostBytes += records.Length;
            return;
        }
        if (_torn && !CloseTornRecord())
        {
            _lostBytes += records.Length;
            return;
        }
        for (int done = 0; done < records.Length;)
        {
            int count = RawIo.Write(_file!.Number, records[done..]);
            if (count < 0)
            {
                Lose(records.Length - done, -count);
                _torn = done > 0;
                return;
            }
            done += count;
            Size += count;
        }
        if (_lostBytes > 0) Recovered();
    }

    public void Rotate()
    {
        if (_file is null || _loop.Now < _rotateAt) return;
        try
        {
            if (_maxFiles < 2)
            {
                Descriptor.Truncate(_file.Number, _path);
                Size = 0;
                return;
            }
            for (int number = 0; number < _maxFiles; number++)
            {
                ClearPlace(LogFileName.Of(_path, number));
                ClearPlace(LogFileName.PackedOf(_path, number));
            }
            // From the oldest on: a crash between two renames leaves a gap in the numbers and loses nothing.
            File.Delete(LogFileName.Of(_path, _maxFiles - 1));
            File.Delete(LogFileName.PackedOf(_path, _maxFiles - 1));
            for (int number = _maxFiles - 1; number > 0; number--)
            {
                Move(LogFileName.Of(_path, number - 1), LogFileName.Of(_path, number));
                Move(LogFileName.PackedOf(_path, number - 1), LogFileName.PackedOf(_path, number));
            }
            _file.Dispose();
            _file = null;
            Open();
            Packing?.Rotated();
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            SupervisorLog.Write($"rotate log {_path}: {e.Message}");
            _rotateAt = _loop.Now + RotateRetryAfter;
            if (_file is null) Open();
        }
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from)) File.Move(from, to, overwrite: true);
    }

    /// <summary>What is no regular file is set aside: nothing of it is lost, and nobody waits for it.</summary>
    private static void ClearPlace(string path)
    {
        if (RegularFile.IsForeign(path)) SupervisorLog.Write($"log {path} is no regular file; it is now {JsonFile.SetAside(path)}");
    }

    private bool Open()
    {
        try
        {
            ClearPlace(_path);
            _file = RegularFile.Open(_path, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.Append, Octal.O640);
            (Size, _torn) = Examine(_file);
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            _file?.Dispose();
            _file = null;
            if (_lostBytes == 0) SupervisorLog.Write($"open log: {e.Message}");
            _retryAt = _loop.Now + RetryAfter;
            return false;
        }
    }

    private static (long Size, bool Torn) Examine(SafeFileDescriptor file)
    {
        using SafeFileHandle handle = new(file.Number, ownsHandle: false);
        long size = RandomAccess.GetLength(handle);
        Span<byte> last = stackalloc byte[1];
        return (size, size > 0 && RandomAccess.Read(handle, last, size - 1) == 1 && last[0] != (byte)'\n');
    }

    private bool CloseTornRecord()
    {
        if (RawIo.Write(_file!.Number, "\n"u8) != 1) return false;
        Size++;
        _torn = false;
        return true;
    }

    private void Lose(int bytes, int errno)
    {
        if (_lostBytes == 0)
            SupervisorLog.Write($"write log {_path}: {Errno.Message(errno)}; the container goes on, its output is not kept");
        _lostBytes += bytes;
    }

    private void Recovered()
    {
        SupervisorLog.Write($"log {_path} is written again; {_lostBytes} bytes were lost");
        _lostBytes = 0;
    }
}
