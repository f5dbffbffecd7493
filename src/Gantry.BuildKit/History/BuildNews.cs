using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace Gantry.BuildKit.History;

/// <summary>All that was told of one build, in a file: whoever asks hears it from the beginning, at its own speed, and a slow one holds up
/// nobody.</summary>
/// <remarks>Each message is four bytes of length, and its bytes. Nothing is synced: after a power loss it is what was written.</remarks>
internal sealed class BuildNews : IDisposable
{
    private const int Head = 4, LongestMessage = 64 << 20;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _file;
    private readonly string? _path;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _length;
    private bool _isOver, _isClosed;
    private int _readers;

    private BuildNews(SafeFileHandle file, string? path) => (_file, _path) = (file, path);

    /// <summary>Of a build that begins.</summary>
    public static BuildNews Create(string path)
    {
        // Whatever is there: it is made anew, and nothing else is opened in its place.
        File.Delete(path);
        return new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path);
    }

    /// <summary>Of one that has ended.</summary>
    /// <returns>Null where they are gone.</returns>
    public static BuildNews? Open(string path)
    {
        try
        {
            SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new BuildNews(file, null) { _length = RandomAccess.GetLength(file), _isOver = true };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Bytes so far.</summary>
    public long Length
    {
        get
        {
            lock (_gate) return _length;
        }
    }

    public void Append(ReadOnlySpan<byte> message)
    {
        byte[] head = new byte[Head];
        BinaryPrimitives.WriteInt32LittleEndian(head, message.Length);
        TaskCompletionSource more;
        lock (_gate)
        {
            RandomAccess.Write(_file, head, _length);
            RandomAccess.Write(_file, message, _length + Head);
            _length += Head + message.Length;
            (more, _more) = (_more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        more.TrySetResult();
    }

    /// <summary>No more comes.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _more.TrySetResult();
        }
    }

    /// <summary>From the first to the last, which may be still to come.</summary>
    public async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!Enter()) yield break;
        try
        {
            byte[] head = new byte[Head];
            long at = 0;
            while (true)
            {
                Task more;
                long length;
                bool isOver;
                lock (_gate) (more, length, isOver) = (_more.Task, _length, _isOver);
                while (at + Head <= length)
                {
                    RandomAccess.Read(_file, head, at);
                    int count = BinaryPrimitives.ReadInt32LittleEndian(head);
                    // The end of a file that a power loss has cut.
                    if (count is < 0 or > LongestMessage || at + Head + count > length) yield break;
                    byte[] message = new byte[count];
                    RandomAccess.Read(_file, message, at + Head);
                    at += Head + count;
                    yield return message;
                }
                if (isOver) yield break;
                await more.WaitAsync(cancellation);
            }
        }
        finally
        {
            Leave();
        }
    }

    private bool Enter()
    {
        lock (_gate)
        {
            if (_isClosed) return false;
            _readers++;
            return true;
        }
    }

    private void Leave()
    {
        lock (_gate)
            if (--_readers == 0 && _isClosed) _file.Dispose();
    }

    /// <summary>Nobody will ask for it again.</summary>
    public void Delete()
    {
        if (_path is not null) File.Delete(_path);
    }

    /// <summary>Who reads still reads to the end.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            if (_readers == 0) _file.Dispose();
        }
    }
}
