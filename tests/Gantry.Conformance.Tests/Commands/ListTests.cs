using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Commands;

public sealed class ListTests
{
    [Theory, EveryRuntime]
    public async Task NothingIsAnEmptyList(string runtime)
    {
        await using Bundle bundle = new(runtime);
        Assert.Equal("", (await bundle.Runtime("list", "--quiet")).Succeeded());
        Assert.StartsWith("ID", (await bundle.Runtime("list")).Output.TrimStart() + "ID");
    }

    [Theory, EveryRuntime]
    public async Task TheTableHasAHeadAndARow(string runtime)
    {
        await using Bundle bundle = new(runtime);
        int pid = await bundle.Start();
        string[] lines = (await bundle.Runtime("list")).Succeeded().Split('\n');
        string[] head = lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            row = lines[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["PID", "STATUS", "BUNDLE", "CREATED", "OWNER"], head[1..]);
        Assert.Equal([bundle.Id, pid.ToString(), "running", bundle.Path], row[..4]);
        Assert.Equal("root", row[^1]);
    }

    [Theory, EveryRuntime]
    public async Task QuietIsTheNamesAlone(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Create();
        Assert.Equal(bundle.Id, (await bundle.Runtime("list", "-q")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task JsonIsAnArray(string runtime)
    {
        await using Bundle bundle = new(runtime);
        int pid = await bundle.Start();
        JsonNode entry = JsonNode.Parse((await bundle.Runtime("list", "--format", "json")).Succeeded())![0]!;
        Assert.Equal((bundle.Id, pid, "running", bundle.Path, "root"),
            (entry["id"]!.GetValue<string>(), entry["pid"]!.GetValue<int>(), entry["status"]!.GetValue<string>(),
                entry["bundle"]!.GetValue<string>(), entry["owner"]!.GetValue<string>()));
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownFormatIsRefused(string runtime)
    {
        await using Bundle bundle = new(runtime);
        (await bundle.Runtime("list", "--format", "song")).Failed();
    }
}
