using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery.Storm;

/// <summary>After a storm: what was answered for is there, what the daemon says is what the machine has,
/// and nothing is there that belongs to nobody.</summary>
public sealed partial class StormChecker(TestDaemon daemon, ApiClient api, IReadOnlyList<Slot> slots, IReadOnlyList<string> mounts)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Looks until all is well, or until it will not become so any more; then each slot knows what it has.</summary>
    public async Task Check()
    {
        List<string> wrong = [];
        for (DateTime end = DateTime.UtcNow + Patience; DateTime.UtcNow < end; await Task.Delay(100))
        {
            wrong = await Look();
            if (wrong.Count > 0) continue;
            await Learn();
            return;
        }
        Assert.Fail($"{wrong.Count} things are wrong:\n{string.Join('\n', wrong)}\n{daemon.Log}");
    }

    private async Task<List<string>> Look()
    {
        List<string> wrong = [];
        JsonArray containers = (await api.Get("/containers/json?all=1")).Json.AsArray();
        List<JsonNode> running = [];
        foreach (JsonNode? container in containers)
        {
            if (container!["State"]!.GetValue<string>() is not (Slot.Running or Slot.Paused)) continue;
            ApiClient.Answer inspect = await api.Get($"/containers/{container["Id"]}/json");
            if (inspect.Status == HttpStatusCode.OK) running.Add(inspect.Json);
            else wrong.Add($"inspect of {container["Names"]}: {inspect.Body}");
        }
        await Promised(containers, wrong);
        Processes(running, wrong);
        await Interfaces(running, wrong);
        await Ports(running, wrong);
        await Files(containers, running, wrong);
        IReadOnlyList<string> now = daemon.Machine.Mounts();
        wrong.AddRange(now.Except(mounts).Select(mount => $"of nobody: {mount}"));
        wrong.AddRange(mounts.Except(now).Select(mount => $"gone: {mount}"));
        return wrong;
    }

    private async Task Promised(JsonArray containers, List<string> wrong)
    {
        HashSet<string> volumes = await Names("/volumes", "Volumes", "Name"), networks = await Names("/networks", null, "Name"),
            tags = await Tags();
        foreach (Slot slot in slots)
        {
            List<JsonNode> own = [.. containers.Where(container => Belongs(container!, slot)).Select(container => container!)];
            if (own.Count > 1) wrong.Add($"slot {slot.Number} has {own.Count} containers");
            string state = own.FirstOrDefault()?["State"]?.GetValue<string>() ?? Slot.None;
            if (!slot.State.Allows(state)) wrong.Add($"slot {slot.Number}: its container is {state}, not {slot.State}, after {slot.Last}");
            if (own.Count > 0 && !slot.Name.Allows(NameOf(own[0])))
                wrong.Add($"slot {slot.Number}: its container's name is {NameOf(own[0])}, not {slot.Name}, after {slot.Last}");
            if (own.Count > 0 && !slot.File.Allows(await FileOf(own[0])))
                wrong.Add($"slot {slot.Number}: the copied file is \"{await FileOf(own[0])}\", not \"{slot.File}\", after {slot.Last}");
            if (!slot.HasVolume.Allows(volumes.Remove(slot.Volume)))
                wrong.Add($"slot {slot.Number}: its volume is there or not, and should be so: {slot.HasVolume}, after {slot.Last}");
            if (!slot.HasNetwork.Allows(networks.Remove(slot.Network)))
                wrong.Add($"slot {slot.Number}: its network is there or not, and should be so: {slot.HasNetwork}, after {slot.Last}");
            if (!slot.HasTag.Allows(tags.Remove(slot.Tag)))
                wrong.Add($"slot {slot.Number}: its image is there or not, and should be so: {slot.HasTag}, after {slot.Last}");
        }
        wrong.AddRange(volumes.Select(volume => $"volume of nobody: {volume}"));
        wrong.AddRange(networks.Except(["bridge", "host", "none"]).Select(network => $"network of nobody: {network}"));
    }

    private void Processes(List<JsonNode> running, List<string> wrong)
    {
        HashSet<string> ids = [.. running.Select(Id)];
        foreach (JsonNode container in running)
        {
            if (!Signals.Lives(container["State"]!["Pid"]!.GetValue<int>()))
                wrong.Add($"{Id(container)} is said to run and has no process");
        }
        List<string> shims = [.. daemon.Machine.Processes().Where(process => process != daemon.ProcessId).Select(CommandLine)
            .Where(line => line.Length > 0)];
        foreach (string shim in shims)
        {
            if (!ids.Any(id => shim.Contains(id))) wrong.Add($"a process of nobody: {shim}");
        }
        if (shims.Count != running.Count) wrong.Add($"{shims.Count} supervisors for {running.Count} running containers");
        wrong.AddRange(ControlGroups.Below(daemon.CgroupParent).Where(group => !ids.Any(id => group.Contains(id)))
            .Select(group => $"a cgroup of nobody: {group}"));
    }

    private async Task Interfaces(List<JsonNode> running, List<string> wrong)
    {
        List<string> links =
            [.. (await daemon.Machine.Run("ip", "-o", "link")).Succeeded().Split('\n').Select(line => line.Split(' ')[1].TrimEnd(':'))];
        int expected = 0;
        HashSet<string> addresses = [];
        foreach (JsonNode container in running)
        {
            List<string> said = [.. container["NetworkSettings"]!["Networks"]!.AsObject()
                .Select(network => network.Value!["IPAddress"]!.GetValue<string>()).Where(address => address.Length > 0)
                .Order(StringComparer.Ordinal)];
            Command.Result inside = await Command.Run("nsenter", "-t", $"{container["State"]!["Pid"]}", "-n", "--", "ip", "-o", "-4",
                "addr", "show", "scope", "global");
            List<string> has = [.. Address().Matches(inside.Output).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
            if (!said.SequenceEqual(has))
                wrong.Add(
                    $"{NameOf(container)} has the addresses [{string.Join(' ', has)}], and is said to have [{string.Join(' ', said)}]");
            wrong.AddRange(has.Where(address => !addresses.Add(address)).Select(address => $"{address} is had twice"));
            expected += said.Count;
        }
        int pairs = links.Count(link => link.StartsWith("veth", StringComparison.Ordinal));
        if (pairs != expected) wrong.Add($"{pairs} pairs of interfaces for {expected} addresses");
        HashSet<string> networks = [.. (await api.Get("/networks")).Json.AsArray()
            .Where(network => network!["Driver"]!.GetValue<string>() == "bridge").Select(network => network!["Id"]!.GetValue<string>())];
        int bridges = (await daemon.Machine.Run("ip", "-o", "link", "show", "type", "bridge")).Succeeded()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        if (bridges != networks.Count) wrong.Add($"{bridges} bridges for {networks.Count} networks");
    }

    private async Task Ports(List<JsonNode> running, List<string> wrong)
    {
        HashSet<int> published = [.. PublishedPort().Matches((await daemon.Machine.Run("nft", "list", "ruleset")).Output)
            .Select(match => int.Parse(match.Value))];
        HashSet<int> said = [.. running.SelectMany(container => container["NetworkSettings"]!["Ports"]!.AsObject())
            .SelectMany(port => port.Value?.AsArray() ?? []).Select(binding => int.Parse(binding!["HostPort"]!.GetValue<string>()))];
        if (!published.SetEquals(said))
            wrong.Add($"published are [{string.Join(' ', published.Order())}], said to be are [{string.Join(' ', said.Order())}]");
    }

    private async Task Files(JsonArray containers, List<JsonNode> running, List<string> wrong)
    {
        Only($"{daemon.DataRoot}/containers", [.. containers.Select(container => Id(container!))], wrong);
        Only($"{daemon.ExecRoot}/containers", [.. running.Select(Id)], wrong);
        wrong.AddRange(Directory.EnumerateFiles(daemon.DataRoot, "*.tmp", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(daemon.ExecRoot, "*.tmp", SearchOption.AllDirectories))
            .Select(file => $"left half-written: {file}"));
        ApiClient.Answer report = await api.Post("/gantry/check");
        if (report.Json["Problems"] is JsonArray { Count: > 0 } problems) wrong.Add($"system check: {problems.ToJsonString()}");
    }

    private static void Only(string directory, HashSet<string> ids, List<string> wrong)
    {
        if (Directory.Exists(directory))
            wrong.AddRange(Directory.EnumerateFileSystemEntries(directory).Where(entry => !ids.Contains(Path.GetFileName(entry)))
                .Select(entry => $"a directory of nobody: {entry}"));
    }

    private async Task Learn()
    {
        JsonArray containers = (await api.Get("/containers/json?all=1")).Json.AsArray();
        HashSet<string> volumes = await Names("/volumes", "Volumes", "Name"), networks = await Names("/networks", null, "Name"),
            tags = await Tags();
        foreach (Slot slot in slots)
        {
            JsonNode? own = containers.FirstOrDefault(container => Belongs(container!, slot));
            slot.Know(own, own is null ? "" : await FileOf(own), volumes.Contains(slot.Volume), networks.Contains(slot.Network),
                tags.Contains(slot.Tag));
        }
    }

    private async Task<string> FileOf(JsonNode container)
    {
        using HttpResponseMessage answer = await api.Http.GetAsync($"/containers/{Id(container)}/archive?path=/storm");
        return answer.IsSuccessStatusCode ? StormArchive.Content(await answer.Content.ReadAsStreamAsync()) : "";
    }

    private async Task<HashSet<string>> Names(string path, string? list, string field)
    {
        JsonNode answer = (await api.Get(path)).Json;
        return [.. ((list is null ? answer : answer[list]) as JsonArray ?? []).Select(item => item![field]!.GetValue<string>())];
    }

    private async Task<HashSet<string>> Tags() =>
        [.. (await api.Get("/images/json")).Json.AsArray().SelectMany(image => image!["RepoTags"] as JsonArray ?? [])
            .Select(tag => tag!.GetValue<string>())];

    private static bool Belongs(JsonNode container, Slot slot) =>
        NameOf(container) is var name && (name == $"c{slot.Number}" || name == $"d{slot.Number}");

    private static string Id(JsonNode container) => container["Id"]!.GetValue<string>();

    private static string NameOf(JsonNode container) => (container["Name"] ?? container["Names"]![0])!.GetValue<string>()[1..];

    /// <summary>With spaces between its words; empty for a process that has gone.</summary>
    internal static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    [GeneratedRegex(@"inet (\d+\.\d+\.\d+\.\d+)/")] private static partial Regex Address();

    [GeneratedRegex(@"\b20\d\d\d\b")] private static partial Regex PublishedPort();
}
