using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery;

/// <summary>What the engine says of its networks, and what the kernel has: every difference is a line.</summary>
public sealed class NetworkState(Engine engine)
{
    private readonly List<string> _faults = [];

    public static async Task<IReadOnlyList<string>> Faults(Engine engine)
    {
        NetworkState state = new(engine);
        JsonArray networks = (await engine.Api.Get("/networks")).Json.AsArray();
        List<(string Name, string Network, string Address)> told = [];
        foreach (JsonNode? container in (await engine.Api.Get("/containers/json")).Json.AsArray())
        {
            told.AddRange(await state.Container(container!["Id"]!.GetValue<string>()));
        }
        await state.Networks(networks, told);
        await state.Host(networks, told);
        await state.Ports();
        state.Files();
        return state._faults;
    }

    /// <summary>Each address that inspect shows is on an interface inside, and no other is.</summary>
    private async Task<List<(string, string, string)>> Container(string id)
    {
        JsonNode shown = (await engine.Api.Get($"/containers/{id}/json")).Json;
        string name = shown["Name"]!.GetValue<string>(), pid = shown["State"]!["Pid"]!.ToString();
        List<(string Name, string Network, string Address)> told = [.. shown["NetworkSettings"]!["Networks"]!.AsObject()
            .Select(one => (name, one.Key, one.Value!["IPAddress"]!.GetValue<string>()))];
        string inside = (await Command.Run("nsenter", "-t", pid, "-n", "ip", "-4", "-o", "addr", "show", "up")).Succeeded();
        string[] there = [.. inside.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[1] != "lo").Select(words => words[3].Split('/')[0])];
        Same($"addresses in {name}", told.Select(one => one.Address), there);
        string links = (await Command.Run("nsenter", "-t", pid, "-n", "ip", "-o", "link")).Succeeded();
        if (links.Split('\n').Length != told.Count + 1) _faults.Add($"{name} has {told.Count} networks and the interfaces {links}");
        string hosts = await File.ReadAllTextAsync(shown["HostsPath"]!.GetValue<string>());
        Same($"hosts of {name}", told.Select(one => one.Address),
            hosts.Split('\n').Where(line => line.EndsWith('\t' + id[..12], StringComparison.Ordinal)).Select(line => line.Split('\t')[0]));
        return told;
    }

    private async Task Networks(JsonArray networks, List<(string Name, string Network, string Address)> told)
    {
        foreach (JsonNode? network in networks)
        {
            string name = network!["Name"]!.GetValue<string>();
            JsonNode shown = (await engine.Api.Get($"/networks/{network["Id"]}")).Json;
            Same($"containers of {name}", told.Where(one => one.Network == name).Select(one => $"{one.Name} {one.Address}"),
                shown["Containers"]!.AsObject()
                    .Select(one => $"/{one.Value!["Name"]} {one.Value["IPv4Address"]!.GetValue<string>().Split('/')[0]}"));
        }
        foreach (var twice in told.GroupBy(one => one.Address).Where(group => group.Count() > 1))
            _faults.Add($"{twice.Key} is of {string.Join(", ", twice)}");
    }

    /// <summary>A bridge for each network, with a port for each container in it, and no other interface.</summary>
    private async Task Host(JsonArray networks, List<(string Name, string Network, string Address)> told)
    {
        string[][] links = [.. (await engine.Machine.Run("ip", "-o", "link")).Succeeded().Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
        Dictionary<string, string> bridges = networks.Where(network => network!["Driver"]!.GetValue<string>() == "bridge")
            .ToDictionary(network => BridgeOf(network!), network => network!["Name"]!.GetValue<string>());
        Same("bridges", bridges.Keys,
            links.Select(words => words[1].TrimEnd(':')).Where(name => name.StartsWith("br-") || name == "gantry0"));
        string[][] ports = [.. links.Where(words => words[1].StartsWith("veth"))];
        Same("ports of bridges", told.Select(one => one.Network),
            ports.Select(words => bridges.GetValueOrDefault(MasterOf(words), $"none: {words[1]}")));
    }

    private static string BridgeOf(JsonNode network) =>
        network["Options"]!["com.docker.network.bridge.name"]?.GetValue<string>() ?? $"br-{network["Id"]!.GetValue<string>()[..12]}";

    private static string MasterOf(string[] words) => Array.IndexOf(words, "master") is > 0 and int at ? words[at + 1] : "";

    private async Task Ports()
    {
        List<string> told = [];
        foreach (JsonNode? container in (await engine.Api.Get("/containers/json")).Json.AsArray())
        {
            told.AddRange(container!["Ports"]!.AsArray().Where(port => port!["PublicPort"] is not null)
                .Select(port => $"{port!["PublicPort"]}"));
        }
        string rules = (await engine.Machine.Run("nft", "-n", "list", "ruleset")).Succeeded();
        Same("published ports", told,
            System.Text.RegularExpressions.Regex.Matches(rules, @"6 \. (\d+) : ").Select(match => match.Groups[1].Value));
    }

    private void Files()
    {
        IEnumerable<string> own = new[] { "networks", "containers", "volumes", "image" }.Select(name => $"{engine.Daemon.DataRoot}/{name}")
            .Append(engine.Daemon.ExecRoot).Where(Directory.Exists);
        _faults.AddRange(own.SelectMany(root => Directory.EnumerateFiles(root, "*.tmp", SearchOption.AllDirectories))
            .Select(path => $"left behind: {path}"));
    }

    private void Same(string what, IEnumerable<string> told, IEnumerable<string> there)
    {
        string left = string.Join(' ', told.Order(StringComparer.Ordinal)), right = string.Join(' ', there.Order(StringComparer.Ordinal));
        if (left != right) _faults.Add($"{what}: told \"{left}\", there \"{right}\"");
    }
}
