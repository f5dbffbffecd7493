using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Shim.Reports;
using Gantry.Shim;

namespace Gantry.Runtime.Shim.Logs;

/// <summary>The newest log file and those before it: <c>path</c>, <c>path.1</c> (the newest of the old), <c>path.2</c>, …</summary>
/// <remarks>
/// Nothing here stops the container: what cannot be written is counted, said in <see cref="ShimLog"/> and left out.
/// A record that a full disk or a crash cut short is closed by a newline before the next one, so that it costs a reader that one record.
/// </remarks>
internal sealed class LogFile
{
    private const int RetryAfter = 1000, RotateRetryAfter = 60_000;

    private readonly string _path;
    private readonly int _maxFiles;
    private SafeFileDescriptor? _file;
    private bool _torn;
    private long _lostBytes, _retryAt, _rotateAt;

    public LogFile(string path, int maxFiles)
    {
        (_path, _maxFiles) = (path, maxFiles);
        Open();
    }

    /// <summary>Of the newest file, in bytes.</summary>
    public long Size { get; private set; }

    /// <summary>Where the next record will be; null while the file cannot be opened.</summary>
    public LogEnd? Position =>
        _file is { } file && FileIdentity.Of(file) is var identity ? new LogEnd(identity.Device, identity.Inode, Size) : null;

    public void Append(ReadOnlySpan<byte> records)
    {
        if (records.IsEmpty) return;
        if (_file is null && (Environment.TickCount64 < _retryAt || !Open()))
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
        if (_file is null || Environment.TickCount64 < _rotateAt) return;
        try
        {
            if (_maxFiles < 2)
            {
                File.WriteAllBytes(_path, []);
                Size = 0;
                return;
            }
            // From the oldest on: a crash between two renames leaves a gap in the numbers and loses nothing.
            for (int number = _maxFiles - 1; number > 0; number--)
            {
                string from = number == 1 ? _path : $"{_path}.{number - 1}";
                if (File.Exists(from)) File.Move(from, $"{_path}.{number}", overwrite: true);
            }
            _file.Dispose();
            _file = null;
            Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ShimLog.Write($"rotate log {_path}: {e.Message}");
            _rotateAt = Environment.TickCount64 + RotateRetryAfter;
            if (_file is null) Open();
        }
    }

    private bool Open()
    {
        try
        {
            (Size, _torn) = Examine();
            _file = LinuxFile.Open(_path, OpenFlags.WriteOnly | OpenFlags.Create | OpenFlags.Append, 0x1A0);
            return true;
        }
        catch (Exception e) when (e is KernelException or IOException or UnauthorizedAccessException)
        {
            if (_lostBytes == 0) ShimLog.Write($"open log: {e.Message}");
            _retryAt = Environment.TickCount64 + RetryAfter;
            return false;
        }
    }

    private (long Size, bool Torn) Examine()
    {
        if (!File.Exists(_path)) return (0, false);
        using Microsoft.Win32.SafeHandles.SafeFileHandle handle = File.OpenHandle(_path);
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
        if (_lostBytes == 0) ShimLog.Write($"write log {_path}: {Errno.Message(errno)}; the container goes on, its output is not kept");
        _lostBytes += bytes;
    }

    private void Recovered()
    {
        ShimLog.Write($"log {_path} is written again; {_lostBytes} bytes were lost");
        _lostBytes = 0;
    }
}
