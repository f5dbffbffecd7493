namespace Gantry.Build.Space;

/// <summary>What records take together: a layer that several of them stand on counts once, and goes with the last of them. Those that
/// images have do not count: they stay whatever goes.</summary>
internal sealed class CacheTotal
{
    private readonly Dictionary<string, int> _users = [];

    public CacheTotal(IEnumerable<CacheRecord> records)
    {
        foreach (CacheRecord record in records)
        {
            Bytes += Own(record);
            foreach ((string layer, long size) in record.Layers)
            {
                int users = _users.GetValueOrDefault(layer);
                if (users == 0) Bytes += size;
                _users[layer] = users + 1;
            }
        }
    }

    public long Bytes { get; private set; }

    public void Remove(CacheRecord record)
    {
        Bytes -= Own(record);
        foreach ((string layer, long size) in record.Layers)
            if (--_users[layer] == 0) Bytes -= size;
    }

    /// <summary>Of what is no layer.</summary>
    private static long Own(CacheRecord record) => record.Layers.Count == 0 && !record.IsShared ? record.Size : 0;
}
