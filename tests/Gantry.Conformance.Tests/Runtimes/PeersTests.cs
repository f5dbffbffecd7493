using System.Reflection;

namespace Gantry.Conformance.Runtimes;

public sealed class PeersTests
{
    [Fact]
    public void EveryDifferenceNamesATestThatIsThere()
    {
        HashSet<string> known = [];
        foreach (MethodInfo test in typeof(PeersTests).Assembly.GetTypes().SelectMany(t => t.GetMethods())
            .Where(m => m.GetCustomAttribute<EveryRuntimeAttribute>() is not null))
        {
            string type = test.DeclaringType!.Name;
            known.Add(type);
            known.Add($"{type}.{test.Name}");
            foreach (string @case in test.GetCustomAttribute<EveryRuntimeAttribute>()!.Cases) known.Add($"{type}.{test.Name}({@case})");
        }
        Assert.DoesNotContain(Peers.Differences, d => !known.Contains(d.Test));
    }
}
