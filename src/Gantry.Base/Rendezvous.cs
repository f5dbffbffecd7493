namespace Gantry;

/// <summary>Where what one request brings is found by another, by a name that their client has made up for both: they may come in either
/// order.</summary>
/// <param name="patience">How long one waits for what is to come.</param>
public sealed class Rendezvous<T>(TimeProvider time, TimeSpan patience) where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, T?> _there = new(StringComparer.Ordinal);
    private readonly List<(string Name, TaskCompletionSource<T> Coming)> _awaited = [];

    /// <summary>All that is there.</summary>
    public IReadOnlyList<T> All
    {
        get
        {
            lock (_gate) return [.. _there.Values.OfType<T>()];
        }
    }

    /// <summary>Takes a name for what is still to come.</summary>
    /// <param name="most">Names that may be taken.</param>
    public Reserved Reserve(string name, int most = int.MaxValue)
    {
        lock (_gate)
        {
            if (_there.ContainsKey(name)) return Reserved.Taken;
            if (_there.Count >= most) return Reserved.Full;
            _there.Add(name, null);
            return Reserved.Yours;
        }
    }

    /// <summary>What the name was taken for is there; who waits has it.</summary>
    public void Announce(string name, T one)
    {
        lock (_gate)
        {
            _there[name] = one;
            foreach (var awaited in _awaited.Where(waiting => waiting.Name == name)) awaited.Coming.TrySetResult(one);
        }
    }

    /// <summary>The name is free again.</summary>
    public void Remove(string name)
    {
        lock (_gate) _there.Remove(name);
    }

    /// <returns>Null where it is not there.</returns>
    public T? Find(string name)
    {
        lock (_gate) return _there.GetValueOrDefault(name);
    }

    /// <summary>What is there by that name, or soon to be; null where it does not come.</summary>
    public async Task<T?> WaitAsync(string name, CancellationToken cancellation)
    {
        TaskCompletionSource<T> coming = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_there.GetValueOrDefault(name) is { } there) return there;
            _awaited.Add((name, coming));
        }
        try
        {
            return await coming.Task.WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            lock (_gate) _awaited.RemoveAll(one => one.Coming == coming);
        }
    }
}

/// <summary>What became of a wish for a name.</summary>
public enum Reserved
{
    Yours,
    /// <summary>Somebody else has it.</summary>
    Taken,
    /// <summary>There are as many as there may be.</summary>
    Full,
}
