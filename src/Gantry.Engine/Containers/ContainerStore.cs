using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gantry.Engine.Containers;

/// <summary>All containers, found by full identifier, by name, or by a unique beginning of the identifier.</summary>
public sealed class ContainerStore
{
    private readonly ConcurrentDictionary<string, Container> _byId = new();
    private readonly ConcurrentDictionary<string, string> _names = new();
    private readonly ConcurrentDictionary<string, SetAsideContainer> _setAside = new();

    public ICollection<Container> All => _byId.Values;

    public bool IsNameTaken(string name) => _names.ContainsKey(name);

    /// <summary>Reserves a name before the container exists, so that of two creates only one wins.</summary>
    /// <exception cref="GantryException">Conflict, in the words that clients match on.</exception>
    public void ReserveName(string name, string id)
    {
        if (_names.TryAdd(name, id)) return;
        string holder = _names.TryGetValue(name, out string? other) ? other : "";
        throw GantryException.Conflict($"Conflict. The container name \"/{name}\" is already in use by container \"{holder}\". You have "
            + $"to remove (or rename) that container to be able to reuse that name.");
    }

    /// <summary>Identifiers that a name is reserved for, also of those that are being created.</summary>
    public IEnumerable<string> Expected => _names.Values;

    /// <summary>Those whose records are damaged; none of them is among <see cref="All"/>.</summary>
    public ICollection<SetAsideContainer> AllSetAside => _setAside.Values;

    public bool IsSetAside(string id) => _setAside.ContainsKey(id);

    public void SetAside(SetAsideContainer container) => _setAside[container.Id] = container;

    /// <returns>False when it is not set aside (any more): of two callers one gets it.</returns>
    public bool TryTakeBack(string id) => _setAside.TryRemove(id, out _);

    public void ReleaseName(string name, string id) => _names.TryRemove(KeyValuePair.Create(name, id));

    public void Add(Container container) => _byId[container.Id] = container;

    public void Remove(Container container)
    {
        _byId.TryRemove(container.Id, out _);
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
        if (_byId.TryGetValue(bare, out container)) return true;
        if (_names.TryGetValue(bare, out string? id) && _byId.TryGetValue(id, out container)) return true;
        container = FindByPrefix(bare);
        return container is not null;
    }

    private Container? FindByPrefix(string prefix)
    {
        if (prefix.Length == 0 || prefix.AsSpan().ContainsAnyExcept("0123456789abcdef")) return null;
        Container? found = null;
        foreach ((string id, Container candidate) in _byId)
        {
            if (!id.StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (found is not null) throw GantryException.Invalid($"multiple IDs found with provided prefix: {prefix}");
            found = candidate;
        }
        return found;
    }
}
