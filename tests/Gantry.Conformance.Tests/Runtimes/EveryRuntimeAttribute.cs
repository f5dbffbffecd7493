using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace Gantry.Conformance.Runtimes;

/// <summary>Runs a theory with every runtime, and with each case where some are given: the runtime's name is the first argument,
/// the case the second.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryRuntimeAttribute(params string[] cases) : DataAttribute
{
    public IReadOnlyList<string> Cases => cases;

    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([.. ContainerRuntime.Names.SelectMany(runtime => Rows(runtime, $"{testMethod.DeclaringType!.Name}.{testMethod.Name}"))]);

    private IEnumerable<ITheoryDataRow> Rows(string runtime, string test)
    {
        string? installed = ContainerRuntime.Find(runtime) is null ? $"{runtime} is not installed" : null;
        if (cases.Length == 0) return [new TheoryDataRow(runtime) { Skip = installed ?? Peers.Gap(runtime, test, null) }];
        return cases.Select(@case => new TheoryDataRow(runtime, @case) { Skip = installed ?? Peers.Gap(runtime, test, @case) });
    }
}
