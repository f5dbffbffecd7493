namespace Gantry.Network.Networks;

/// <summary>Conditions of the host that make networking work less than expected, each once.</summary>
internal sealed class NetworkWarnings
{
    private readonly List<string> _all = [];

    public IReadOnlyList<string> All { get { lock (_all) return [.. _all]; } }

    public void Add(string warning)
    {
        lock (_all)
        {
            if (!_all.Contains(warning)) _all.Add(warning);
        }
    }
}
