namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>What something may be by now: one value when everything was answered for, several when a request ended without an answer.</summary>
public sealed class Doubt<T>(T first) where T : notnull
{
    private readonly HashSet<T> values = [first];

    public bool IsCertain => values.Count == 1;

    /// <summary>The one value that is not in doubt.</summary>
    public T Value => values.Single();

    public bool Allows(T value) => values.Contains(value);

    public void Set(T value)
    {
        values.Clear();
        values.Add(value);
    }

    public void Add(params IEnumerable<T> more) => values.UnionWith(more);

    public override string ToString() => string.Join(" or ", values);
}
