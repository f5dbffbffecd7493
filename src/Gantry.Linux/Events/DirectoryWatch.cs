using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Gantry.Linux.Files;
using Gantry.Linux.Native;

namespace Gantry.Linux.Events;

/// <summary>Wakes whoever waits for something to happen to a directory's files. One inotify(7) instance, of which users have few, for any
/// number of directories and waiters.</summary>
public sealed class DirectoryWatch
{
    private const int CloseOnExec = 0x80000;
    /// <summary>IN_MODIFY, IN_MOVED_TO, IN_CREATE, IN_DELETE_SELF, IN_ONLYDIR.</summary>
    private const uint Changes = 0x2 | 0x80 | 0x100 | 0x400 | 0x1000000;
    /// <summary>struct inotify_event without its name: wd, mask, cookie, len.</summary>
    private const int HeaderSize = 16;
    /// <summary>Of an event: IN_Q_OVERFLOW, some were lost.</summary>
    private const uint Overflow = 0x4000;

    private static readonly Lazy<DirectoryWatch?> TheOne = new(Begin);

    private readonly SafeFileDescriptor _inotify;
    private readonly Dictionary<int, List<Waiter>> _waiters = [];
    private readonly Lock _gate = new();

    private DirectoryWatch(SafeFileDescriptor inotify) => _inotify = inotify;

    /// <summary>From now on everything that happens in the directory wakes the waiter.</summary>
    /// <returns>Null where the kernel has no room for another watch, or the directory is not there: look yourself from time to
    /// time.</returns>
    public static Waiter? Of(string directory) => TheOne.Value?.Add(directory);

    private static DirectoryWatch? Begin()
    {
        int number = EventCalls.inotify_init1(CloseOnExec);
        if (number < 0) return null;
        DirectoryWatch watch = new(new SafeFileDescriptor(number));
        new Thread(watch.Run) { IsBackground = true, Name = "directory watch" }.Start();
        return watch;
    }

    private Waiter? Add(string directory)
    {
        lock (_gate)
        {
            int watch = EventCalls.inotify_add_watch(_inotify.Number, directory, Changes);
            if (watch < 0) return null;
            Waiter waiter = new(this, watch);
            ref List<Waiter>? waiters = ref CollectionsMarshal.GetValueRefOrAddDefault(_waiters, watch, out _);
            (waiters ??= []).Add(waiter);
            return waiter;
        }
    }

    private void Remove(Waiter waiter, int watch)
    {
        lock (_gate)
        {
            if (!_waiters.TryGetValue(watch, out List<Waiter>? waiters) || !waiters.Remove(waiter) || waiters.Count > 0) return;
            _waiters.Remove(watch);
            // Fails where the directory has gone and its watch with it.
            _ = EventCalls.inotify_rm_watch(_inotify.Number, watch);
        }
    }

    private void Run()
    {
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int count = RawIo.Read(_inotify.Number, buffer);
            if (count <= 0 && count != -Errno.EINTR) return;
            for (ReadOnlySpan<byte> rest = buffer.AsSpan(0, Math.Max(count, 0)); rest.Length >= HeaderSize;)
            {
                Wake(BinaryPrimitives.ReadInt32LittleEndian(rest), BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
                rest = rest[(HeaderSize + BinaryPrimitives.ReadInt32LittleEndian(rest[12..]))..];
            }
        }
    }

    private void Wake(int watch, uint what)
    {
        lock (_gate)
        {
            if ((what & Overflow) != 0)
            {
                foreach (Waiter waiter in _waiters.Values.SelectMany(waiters => waiters)) waiter.Wake();
            }
            else if (_waiters.TryGetValue(watch, out List<Waiter>? waiters)) waiters.ForEach(waiter => waiter.Wake());
        }
    }

    /// <summary>One that waits; used by one caller at a time.</summary>
    public sealed class Waiter : IDisposable
    {
        private readonly DirectoryWatch _owner;
        private readonly int _watch;
        private readonly SemaphoreSlim _woken = new(0, 1);

        internal Waiter(DirectoryWatch owner, int watch) => (_owner, _watch) = (owner, watch);

        /// <summary>Done at the first change since the last call; at once when there has been one.</summary>
        public Task ChangedAsync(CancellationToken cancellation) => _woken.WaitAsync(cancellation);

        /// <summary>Called under the owner's lock.</summary>
        internal void Wake()
        {
            if (_woken.CurrentCount == 0) _woken.Release();
        }

        public void Dispose() => _owner.Remove(this, _watch);
    }
}
