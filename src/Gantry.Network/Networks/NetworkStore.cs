using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Network.Networks;

/// <summary>The networks on disk, <c>&lt;directory&gt;/&lt;id&gt;.json</c>.</summary>
/// <param name="copies">Where each is once more, until the next boot: a running container needs its network whatever happens to that file.
/// Null for nowhere.</param>
/// <param name="owner">Whose networks these are: copies that another one left are not restored. Empty where that is not known.</param>
internal sealed class NetworkStore(string directory, string? copies = null, string owner = "")
{
    private const string OwnerFile = "owner";

    private readonly List<Damage> _damages = [];

    /// <summary>What <see cref="Load"/> found damaged, and what can be done about it.</summary>
    public IReadOnlyList<Damage> Damages { get { lock (_damages) return [.. _damages]; } }

    /// <param name="damaged">Gets the path of each file that could not be read, where it was set aside,
    /// and of which there is no copy.</param>
    public List<NetworkRecord> Load(Action<string> damaged)
    {
        OwnDirectory.Make(directory, (UnixFileMode)Octal.O755);
        AtomicFile.Sweep(directory);
        if (copies is not null) AtomicFile.Sweep(copies);
        if (copies is not null) TakeCopies(copies);
        List<NetworkRecord> networks = [];
        IReadOnlyList<string> copied = copies is not null && Directory.Exists(copies) ? OwnDirectory.Files(copies, ".json") : [];
        IEnumerable<string> files = OwnDirectory.All(directory).Where(path => path.EndsWith(".json", StringComparison.Ordinal))
            .Concat(copied);
        foreach (string file in files.Select(path => Path.GetFileName(path)).Distinct().Order(StringComparer.Ordinal))
        {
            string path = Path.Combine(directory, file);
            try
            {
                networks.Add(Read(path) ?? throw new DamagedFileException(path, "is gone"));
            }
            catch (DamagedFileException e)
            {
                string? aside = JsonFile.TrySetAside(path);
                if (Mend(path, file, aside, e) is { } mended) networks.Add(mended);
                else damaged(aside ?? path);
            }
        }
        // A boot has emptied the place.
        if (copies is not null) networks.Where(network => !copied.Contains(CopyOf(network))).ToList().ForEach(SaveCopy);
        foreach (string aside in OwnDirectory.All(directory)
            .Where(path => Path.GetFileName(path).Contains($".json{JsonFile.Aside}", StringComparison.Ordinal)))
        {
            if (_damages.Exists(known => known.What.Contains(aside, StringComparison.Ordinal))) continue;
            Report(Path.GetFileName(aside).Split('.')[0], "was damaged before", MakeAgain, aside);
            damaged(aside);
        }
        return networks;
    }

    public void Save(NetworkRecord network)
    {
        JsonFile.Save(PathOf(network), network, NetworkJson.Default.NetworkRecord);
        DiskSync.All(directory);
        SaveCopy(network);
    }

    /// <summary>The copy first: one that is there without its file says that the file was lost.</summary>
    public void Delete(NetworkRecord network)
    {
        if (copies is not null && Directory.Exists(copies)) JsonFile.Delete(CopyOf(network));
        JsonFile.Delete(PathOf(network));
    }

    /// <summary>Copies of another data root's networks go; those of this one may be all that there is of them.</summary>
    private void TakeCopies(string place)
    {
        // As long as nobody knows whose these networks are, copies may be all that there is of them.
        if (owner.Length == 0) return;
        string path = Path.Combine(place, OwnerFile), last = "";
        try
        {
            if (Directory.Exists(place))
            {
                if (FileNature.KindOf(path) is FileKind.Regular) last = File.ReadAllText(path);
                // An earlier version did not say whose they are; beside a data root that never had a network they are another one's.
                if (last.Length > 0 ? last != owner : OwnDirectory.Count(directory) == 0) TreeRemoval.Remove(place);
            }
            OwnDirectory.Make(place, OwnDirectory.OwnerOnly);
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(owner), durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // Copies are all that they are.
        }
    }

    private static NetworkRecord? Read(string path)
    {
        NetworkRecord? network = JsonFile.Load(path, NetworkJson.Default.NetworkRecord);
        if (network is null) return null;
        if (network.Id != Path.GetFileNameWithoutExtension(path)) throw new DamagedFileException(path, $"is the record of {network.Id}");
        try
        {
            _ = new ActiveNetwork(network);
            return network;
        }
        catch (Exception e) when (e is GantryException or FormatException)
        {
            throw new DamagedFileException(path, e.Message, e);
        }
    }

    private NetworkRecord? Mend(string path, string file, string? aside, DamagedFileException damage)
    {
        try
        {
            if (copies is not null && Read(Path.Combine(copies, file)) is { } copy)
            {
                JsonFile.Save(path, copy, NetworkJson.Default.NetworkRecord);
                Report(copy.Name, $"was put together again: {damage.Message}", "what was set aside is removed", aside);
                return copy;
            }
        }
        catch (Exception e) when (Expected.Any(e))
        {
            // The copy is no better.
        }
        Report(Path.GetFileNameWithoutExtension(file), $"is not here any more: {damage.Message}", MakeAgain, aside);
        return null;
    }

    private const string MakeAgain = "what was set aside is removed: make the network again";

    private void Report(string name, string what, string remedy, string? aside)
    {
        Damage? damage = null;
        damage = new Damage("network", name, aside is null ? what : $"{what}; set aside as {aside}", remedy, () =>
        {
            if (aside is not null) JsonFile.Forget(aside);
            lock (_damages) _damages.Remove(damage!);
        });
        lock (_damages) _damages.Add(damage);
    }

    private void SaveCopy(NetworkRecord network)
    {
        if (copies is null) return;
        try
        {
            OwnDirectory.Make(copies, OwnDirectory.OwnerOnly);
            JsonFile.Save(CopyOf(network), network, NetworkJson.Default.NetworkRecord, durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A copy is all that it is.
        }
    }

    private string CopyOf(NetworkRecord network) => Path.Combine(copies!, $"{network.Id}.json");

    private string PathOf(NetworkRecord network) => Path.Combine(directory, $"{network.Id}.json");
}
