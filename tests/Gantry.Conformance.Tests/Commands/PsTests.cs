using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Commands;

public sealed class PsTests
{
    private static async Task<(Bundle Bundle, int Pid)> Two(string runtime)
    {
        Bundle bundle = new(runtime, "sleep 1234 & echo ready > /ready; exec sleep 4321");
        int pid = await bundle.Start();
        await bundle.Shows("/ready");
        return (bundle, pid);
    }

    [Theory, EveryRuntime]
    public async Task TheTableIsThatOfPs(string runtime)
    {
        Needs.Program("ps");
        (Bundle bundle, int pid) = await Two(runtime);
        await using Bundle _ = bundle;
        string[] lines = (await bundle.Runtime("ps", bundle.Id)).Succeeded().Split('\n');
        Assert.StartsWith("UID", lines[0]);
        Assert.Contains(lines, l => l.Contains("sleep 4321") && l.Contains($" {pid} "));
        Assert.Contains(lines, l => l.Contains("sleep 1234"));
        Assert.Equal(3, lines.Length);
    }

    [Theory, EveryRuntime]
    public async Task OptionsGoToPs(string runtime)
    {
        Needs.Program("ps");
        (Bundle bundle, int pid) = await Two(runtime);
        await using Bundle _ = bundle;
        string[] lines = (await bundle.Runtime("ps", bundle.Id, "-o", "pid,args")).Succeeded().Split('\n');
        Assert.Contains($"{pid} sleep 4321", lines.Select(l => l.Trim()));
    }

    [Theory, EveryRuntime]
    public async Task JsonIsTheNumbersAlone(string runtime)
    {
        (Bundle bundle, int pid) = await Two(runtime);
        await using Bundle _ = bundle;
        int[] pids = [.. JsonNode.Parse((await bundle.Runtime("ps", "--format", "json", bundle.Id)).Succeeded())!.AsArray()
            .Select(n => n!.GetValue<int>())];
        Assert.Equal(2, pids.Length);
        Assert.Contains(pid, pids);
    }
}
