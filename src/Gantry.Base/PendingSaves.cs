namespace Gantry;

/// <summary>What the disk would not take is true in memory nevertheless: it is written again and again until it is taken.</summary>
/// <remarks>One name is one thing; what it is when it is written counts, not what it was. Safe for concurrent callers.</remarks>
public sealed class PendingSaves : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, Pending> _pending = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly Timer _timer;
    private bool _disposed;

    /// <param name="Again">False: it cannot be said at the moment.</param>
    private sealed record Pending(Func<bool> Again, string Reason);

    public PendingSaves() => _timer = new Timer(_ => TryAgain());

    /// <summary>Told in words when something could not be written at first, and when it was at last.</summary>
    public event Action<string>? Changed;

    /// <summary>What is not on the disk, with the reason.</summary>
    public IReadOnlyList<string> Open { get { lock (_lock) return [.. _pending.Select(pair => $"{pair.Key}: {pair.Value.Reason}")]; } }

    /// <summary>Writes now; when the disk refuses, later.</summary>
    /// <param name="what">Names the thing in messages: <c>container x</c>.</param>
    /// <param name="again">Writes it later, from another thread, as it is then; false when it cannot at the moment.
    /// An exception of the disk is no end of it.</param>
    /// <returns>Whether it is written.</returns>
    public bool Run(string what, Action save, Func<bool> again)
    {
        Pending? earlier;
        lock (_lock) _pending.TryGetValue(what, out earlier);
        try
        {
            save();
            if (earlier is not null) Done(what, earlier);
            return true;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            Add(what, again, FullDisk.Tell(e) ?? e.Message);
            return false;
        }
    }

    /// <summary>It is gone: nothing of it is written any more.</summary>
    public void Forget(string what) { lock (_lock) _pending.Remove(what); }

    /// <summary>Tries all now, as after something was deleted.</summary>
    public void TryAgain()
    {
        // A timer's call that comes late: another daemon may have the files by now.
        lock (_lock)
            if (_disposed) return;
        TryAll();
        lock (_lock)
            if (_pending.Count > 0 && !_disposed) _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One that fails keeps none of the others from its turn.</summary>
    private void TryAll()
    {
        KeyValuePair<string, Pending>[] all;
        lock (_lock) all = [.. _pending];
        foreach ((string what, Pending pending) in all)
        {
            try
            {
                if (pending.Again()) Done(what, pending);
            }
            catch (Exception e) when (Expected.OfSystem(e))
            {
                // Still not.
            }
            catch (Exception e)
            {
                // On a timer's thread it would end the process.
                Tell(what, pending, e.Message);
            }
        }
    }

    private void Add(string what, Func<bool> again, string reason)
    {
        lock (_lock)
        {
            bool known = _pending.ContainsKey(what);
            _pending[what] = new Pending(again, reason);
            if (!_disposed) _timer.Change(Pause, Timeout.InfiniteTimeSpan);
            if (known) return;
        }
        Changed?.Invoke($"{what} could not be saved and will be as soon as the disk takes it: {reason}");
    }

    /// <summary>Another reason than before; said once.</summary>
    private void Tell(string what, Pending tried, string reason)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(what, out Pending? now) || !ReferenceEquals(now, tried) || tried.Reason == reason) return;
            _pending[what] = tried with { Reason = reason };
        }
        Changed?.Invoke($"{what} still cannot be saved: {reason}");
    }

    /// <param name="tried">What was added anew meanwhile is newer than what was written, and stays.</param>
    private void Done(string what, Pending tried)
    {
        lock (_lock)
        {
            if (!_pending.TryGetValue(what, out Pending? now) || !ReferenceEquals(now, tried)) return;
            _pending.Remove(what);
        }
        Changed?.Invoke($"{what} is saved at last");
    }

    /// <summary>What is not written now is lost.</summary>
    public void Dispose()
    {
        lock (_lock) _disposed = true;
        TryAll();
        _timer.Dispose();
    }
}
