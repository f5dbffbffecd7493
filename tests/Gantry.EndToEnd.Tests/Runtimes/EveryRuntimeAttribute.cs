using System.Reflection;
using Gantry.EndToEnd.Daemons;
using Xunit.Sdk;
using Xunit.v3;

namespace Gantry.EndToEnd.Runtimes;

/// <summary>Runs a theory with our runtime, and with runc, whose command line it has.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryRuntimeAttribute : DataAttribute
{
    public override bool SupportsDiscoveryEnumeration() => true;

    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<string>("gantry-runtime"), new TheoryDataRow<string>("runc") { Skip = Programs.Find("runc") is null ? "runc is not installed" : null }]);

    public static string PathOf(string name)
    {
        string path = name == "runc" ? Programs.Find("runc")! : Programs.Runtime;
        Assert.True(File.Exists(path), $"{path} is not there: make publish");
        return path;
    }
}
