namespace Gantry.Linux.Processes;

/// <summary>Moves every source descriptor above the highest target first,
/// so that no dup2 in the child overwrites a later one's source.</summary>
internal sealed class DescriptorLayout : IDisposable
{
    private readonly List<SafeFileDescriptor> _copies = [];

    public DescriptorLayout(IReadOnlyList<(int From, int To)> wanted)
    {
        Limit = 3;
        foreach ((_, int to) in wanted) Limit = Math.Max(Limit, to + 1);
        List<(int, int)> moves = new(wanted.Count);
        foreach ((int from, int to) in wanted) moves.Add((Lift(from), to));
        Moves = moves;
    }

    public IReadOnlyList<(int From, int To)> Moves { get; }

    /// <summary>One above the highest number that the child has.</summary>
    public int Limit { get; }

    /// <returns>The same file by a number that no dup2 of this layout touches; owned by this layout when it is another number.</returns>
    public int Lift(int descriptor)
    {
        if (descriptor >= Limit) return descriptor;
        SafeFileDescriptor copy = Files.Descriptor.DuplicateAtLeast(descriptor, Limit);
        _copies.Add(copy);
        return copy.Number;
    }

    public void Dispose()
    {
        foreach (SafeFileDescriptor copy in _copies) copy.Dispose();
    }
}
