using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Engine.Containers;

/// <summary>All containers, found by full identifier, by name, or by a unique beginning of the identifier.</summary>
public sealed class ContainerStore
{
    private readonly ConcurrentDictionary<string, Container> byId = new();
    private readonly ConcurrentDictionary<string, string> names = new();
    private readonly ConcurrentDictionary<string, SetAsideContainer> setAside = new();

    public ICollection<Container> All => byId.Values;

    public bool IsNameTaken(string name) => names.ContainsKey(name);

    /// <summary>Reserves a name before the container exists, so that of two creates only one wins.</summary>
    /// <exception cref="GantryException">Conflict, in the words that clients match on.</exception>
    public void ReserveName(string name, string id)
    {
        if (names.TryAdd(name, id)) return;
        string holder = names.TryGetValue(name, out string? other) ? other : "";
        throw GantryException.Conflict($"Conflict. The container name \"/{name}\" is already in use by container \"{holder}\". You have to remove (or rename) that container to be able to reuse that name.");
    }

    /// <summary>Whether a name is reserved for it: it is being created.</summary>
    public bool IsExpected(string id) => names.Values.Contains(id);

    /// <summary>Those whose records are damaged; none of them is among <see cref="All"/>.</summary>
    public ICollection<SetAsideContainer> AllSetAside => setAside.Values;

    public bool IsSetAside(string id) => setAside.ContainsKey(id);

    public void SetAside(SetAsideContainer container) => setAside[container.Id] = container;

    /// <returns>False when it is not set aside (any more): of two callers one gets it.</returns>
    public bool TryTakeBack(string id) => setAside.TryRemove(id, out _);

    public void ReleaseName(string name, string id) => names.TryRemove(KeyValuePair.Create(name, id));

    public void Add(Container container) => byId[container.Id] = container;

    public void Remove(Container container)
    {
        byId.TryRemove(container.Id, out _);
        ReleaseName(container.Name, container.Id);
    }

    /// <exception cref="GantryException">NotFound, or InvalidArgument for a beginning that several share.</exception>
    public Container Find(string reference)
    {
        if (TryFind(reference, out Container? container)) return container;
        throw GantryException.NotFound($"No such container: {reference}");
    }

    public bool TryFind(string reference, [NotNullWhen(true)] out Container? container)
    {
        string bare = reference.StartsWith('/') ? reference[1..] : reference;
        if (byId.TryGetValue(bare, out container)) return true;
        if (names.TryGetValue(bare, out string? id) && byId.TryGetValue(id, out container)) return true;
        container = FindByPrefix(bare);
        return container is not null;
    }

    private Container? FindByPrefix(string prefix)
    {
        if (prefix.Length == 0 || prefix.AsSpan().ContainsAnyExcept("0123456789abcdef")) return null;
        Container? found = null;
        foreach ((string id, Container candidate) in byId)
        {
            if (!id.StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (found is not null) throw GantryException.Invalid($"multiple IDs found with provided prefix: {prefix}");
            found = candidate;
        }
        return found;
    }
}
