namespace Gantry;

/// <summary>Lets one at a time work on a thing of a name.</summary>
public sealed class KeyedGate
{
    private sealed class Entry
    {
        public readonly SemaphoreSlim Turn = new(1);
        public int Users;
    }

    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <returns>To be disposed when done.</returns>
    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancellation)
    {
        Entry entry;
        lock (_entries)
        {
            if (!_entries.TryGetValue(key, out entry!)) _entries[key] = entry = new Entry();
            entry.Users++;
        }
        try
        {
            await entry.Turn.WaitAsync(cancellation);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }
        return new Stay(this, key, entry);
    }

    private void Leave(string key, Entry entry)
    {
        lock (_entries)
        {
            if (--entry.Users > 0) return;
            _entries.Remove(key);
            entry.Turn.Dispose();
        }
    }

    private sealed class Stay(KeyedGate gate, string key, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Turn.Release();
            gate.Leave(key, entry);
        }
    }
}
