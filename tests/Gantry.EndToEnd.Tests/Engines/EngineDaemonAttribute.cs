using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Gantry.EndToEnd.Engines;

/// <summary>Runs a theory once on our daemon and once on Debian's: for tests that speak HTTP themselves,
/// where the client does not matter.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EngineDaemonAttribute : DataAttribute
{
    /// <inheritdoc cref="EveryEngineAttribute.OursOnly"/>
    public bool OursOnly { get; init; }

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        string[] chosen = EveryEngineAttribute.Chosen;
        string? ours = chosen.FirstOrDefault(name => name != "dockerd");
        return new(EveryEngineAttribute.Rows(chosen.Where(name => name == ours || (name == "dockerd" && !OursOnly))));
    }
}
