namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>What something may be by now: one value when everything was answered for,
/// several when a request ended without an answer.</summary>
public sealed class Doubt<T>(T first) where T : notnull
{
    private readonly HashSet<T> _values = [first];

    public bool IsCertain => _values.Count == 1;

    /// <summary>The one value that is not in doubt.</summary>
    public T Value => _values.Single();

    public bool Allows(T value) => _values.Contains(value);

    public void Set(T value)
    {
        _values.Clear();
        _values.Add(value);
    }

    public void Add(params IEnumerable<T> more) => _values.UnionWith(more);

    public override string ToString() => string.Join(" or ", _values);
}
