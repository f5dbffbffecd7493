using System.Reflection;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Xunit.Sdk;
using Xunit.v3;

namespace Gantry.EndToEnd.Builds;

/// <summary>Runs a theory on each daemon that builds; the theory's client is ours.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BuildingDaemonAttribute : DataAttribute
{
    private static readonly DaemonKind[] Builders = [DaemonKind.Gantry, DaemonKind.Docker];

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        List<ITheoryDataRow> rows = [.. Builders.Where(kind => EveryEngineAttribute.Chosen.Any(name => Engine.DaemonOf(name) == kind))
            .Select(kind => new TheoryDataRow<DaemonKind>(kind))];
        return new(rows.Count > 0 ? rows
            : [new TheoryDataRow<DaemonKind>(DaemonKind.Docker) { Skip = "GANTRY_E2E_ENGINES leaves its daemons out" }]);
    }
}
