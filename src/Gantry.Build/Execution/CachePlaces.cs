using System.Security.Cryptography;
using Gantry.Build.Graph;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Workloads;

namespace Gantry.Build.Execution;

/// <summary>What commands keep between builds: <c>build/mounts/&lt;name&gt;</c>, one directory for each name that was given.</summary>
public sealed class CachePlaces(string directory)
{
    private readonly KeyedGate _locked = new();
    private readonly Lock _gate = new();
    private readonly HashSet<string> _taken = [];

    internal async Task<PlacesInUse> UseAsync(IReadOnlyList<RunPlace> places, CancellationToken cancellation)
    {
        PlacesInUse use = new();
        try
        {
            // In one order for everybody, and each once: two that want each other's would wait for ever.
            IEnumerable<string> locked = places.OfType<CachePlace>().Where(place => place.Sharing == "locked")
                .Select(place => NameOf(place.Id)).Distinct().Order(StringComparer.Ordinal);
            foreach (string name in locked) use.Held.Add(await _locked.EnterAsync(name, cancellation));
            foreach (RunPlace place in places) use.Mounts.Add(Mount(place, use));
            return use;
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    private WorkloadMount Mount(RunPlace place, PlacesInUse use)
    {
        switch (place)
        {
            case MemoryPlace memory:
                return new TmpfsMount(memory.Target, memory.Size is { } size ? ["mode=1777", $"size={size}"] : ["mode=1777"]);
            case CachePlace cache:
                string name = NameOf(cache.Id);
                if (cache.Sharing == "private") name = Private(name, use);
                return new BindMount(Make(name, cache), cache.Target) { ReadOnly = cache.ReadOnly };
            default:
                throw new ArgumentException($"{place.GetType().Name} is no kind of place");
        }
    }

    private static string NameOf(string id) => Convert.ToHexStringLower(SHA256.HashData(ByteText.Bytes(id)))[..32];

    /// <summary>The first of that name that nobody has.</summary>
    private string Private(string name, PlacesInUse use)
    {
        lock (_gate)
        {
            string own = $"{name}.1";
            for (int number = 2; !_taken.Add(own); number++) own = $"{name}.{number}";
            use.Held.Add(new Taken(this, own));
            return own;
        }
    }

    private string Make(string name, CachePlace cache)
    {
        OwnDirectory.Make(directory, OwnDirectory.OwnerOnly);
        string path = Path.Combine(directory, name);
        lock (_gate)
        {
            if (Directory.Exists(path)) return path;
            // Under another name until it is as it shall be.
            string unfinished = path + ".new";
            Directory.CreateDirectory(unfinished);
            Node.SetOwner(null, unfinished, cache.UserId, cache.GroupId);
            Node.SetMode(null, unfinished, cache.Mode);
            Directory.Move(unfinished, path);
            return path;
        }
    }

    private sealed class Taken(CachePlaces places, string name) : IDisposable
    {
        public void Dispose()
        {
            lock (places._gate) places._taken.Remove(name);
        }
    }
}

/// <summary>Places that a command has while it runs.</summary>
internal sealed class PlacesInUse : IDisposable
{
    public List<WorkloadMount> Mounts { get; } = [];

    public List<IDisposable> Held { get; } = [];

    public void Dispose()
    {
        foreach (IDisposable one in Held) one.Dispose();
    }
}
