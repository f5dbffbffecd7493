using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

using System.Text.Json.Nodes;

namespace Gantry.Conformance.Commands;

public sealed class SpecTests
{
    [Theory, EveryRuntime]
    public async Task WhatItWritesRuns(string runtime)
    {
        await using Bundle bundle = new(runtime);
        string directory = Directory.CreateDirectory($"{bundle.Path}/made").FullName;
        bundle.Prelude = $"cd {directory}";
        (await bundle.Runtime("spec")).Succeeded();
        bundle.Prelude = null;
        JsonObject config = JsonNode.Parse(File.ReadAllText($"{directory}/config.json"))!.AsObject();
        Assert.Equal("rootfs", config["root"]!["path"]!.GetValue<string>());
        string[] namespaces = ["pid", "network", "ipc", "uts", "mount", .. ControlGroups.Unified ? ["cgroup"] : Array.Empty<string>()];
        Assert.Equal(namespaces, config["linux"]!["namespaces"]!.AsArray().Select(entry => entry!["type"]!.GetValue<string>()));
        config["root"]!["path"] = bundle.Root;
        config["process"]!["terminal"] = false;
        config["process"]!["args"] = new JsonArray("echo", "made");
        config["process"]!["env"] = new JsonArray("PATH=/bin");
        config["linux"]!["cgroupsPath"] = $"{bundle.CgroupParent}/one";
        File.WriteAllText($"{directory}/config.json", config.ToJsonString());
        Assert.Equal("made", (await bundle.Runtime("run", "--bundle", directory, bundle.Id)).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task AFileThatIsThereIsKept(string runtime)
    {
        await using Bundle bundle = new(runtime);
        await bundle.Runtime("list");
        string before = File.ReadAllText($"{bundle.Path}/config.json");
        (await bundle.Runtime("spec")).Failed();
        Assert.Equal(before, File.ReadAllText($"{bundle.Path}/config.json"));
    }

    [Theory, EveryRuntime]
    public async Task FeaturesAreAnObject(string runtime)
    {
        await using Bundle bundle = new(runtime);
        JsonNode features = JsonNode.Parse((await bundle.Runtime("features")).Succeeded())!;
        Assert.StartsWith("1.", features["ociVersionMin"]!.GetValue<string>());
        Assert.Contains("createRuntime", features["hooks"]!.AsArray().Select(n => n!.GetValue<string>()));
        Assert.Contains("pid", features["linux"]!["namespaces"]!.AsArray().Select(n => n!.GetValue<string>()));
        Assert.True(features["linux"]!["seccomp"]!["enabled"]!.GetValue<bool>());
    }

    [Theory, EveryRuntime]
    public async Task TheVersionNamesTheSpecification(string runtime)
    {
        await using Bundle bundle = new(runtime);
        string output = (await bundle.Runtime("--version")).Succeeded();
        Assert.Contains("version", output);
        Assert.Contains("spec: 1.", output);
    }
}
