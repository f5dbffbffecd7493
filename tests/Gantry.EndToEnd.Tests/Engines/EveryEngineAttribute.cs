using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Gantry.EndToEnd.Engines;

/// <summary>Runs a theory once through our client, once through the stock client on our daemon,
/// once through the stock client on Debian's dockerd.</summary>
/// <remarks><c>GANTRY_E2E_ENGINES=gantry,docker</c> leaves some out.</remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryEngineAttribute : DataAttribute
{
    /// <summary>Leave Debian's dockerd out: what is tested is listed in docs/differences.md, or is ours alone.</summary>
    public bool OursOnly { get; init; }

    internal static string[] Chosen => (Environment.GetEnvironmentVariable("GANTRY_E2E_ENGINES") ?? "gantry,docker,dockerd").Split(',');

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker)
    {
        return new(Rows(Chosen.Where(name => !(OursOnly && name == "dockerd"))));
    }

    internal static IReadOnlyCollection<ITheoryDataRow> Rows(IEnumerable<string> names)
    {
        List<ITheoryDataRow> rows = [.. names.Select(name => new TheoryDataRow<string>(name))];
        return rows.Count > 0 ? rows : [new TheoryDataRow<string>("none") { Skip = "GANTRY_E2E_ENGINES leaves its engines out" }];
    }
}
