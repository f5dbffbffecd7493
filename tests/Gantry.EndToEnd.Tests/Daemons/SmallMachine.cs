using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Daemons;

/// <summary>Network and mount namespaces that hold one daemon, and a second network namespace that plays the rest of the world.</summary>
/// <remarks>Processes keep both alive, so a daemon can die and be started again in the same machine.</remarks>
public sealed class SmallMachine : IAsyncDisposable
{
    public const string Address = "198.51.100.1", OutsideAddress = "198.51.100.2";

    private readonly RunningProcess _outside, _inside;
    private readonly Dictionary<string, (string Path, string Options)> _mountsAtFirst;
    private RunningProcess? _internet;

    private SmallMachine(RunningProcess outside, RunningProcess inside) =>
        (this._outside, this._inside, _mountsAtFirst) = (outside, inside, MountsOf(inside.Id));

    public static async Task<SmallMachine> Make()
    {
        const string stay = "echo ready; exec sleep infinity";
        RunningProcess outside = new("unshare", ["--net", "sh", "-c", stay]);
        await outside.Shows("ready");
        RunningProcess inside = new("unshare", ["--net", "--mount", "--propagation", "private",
            Path.Combine(AppContext.BaseDirectory, "Daemons/small-machine"), $"{outside.Id}", "sh", "-c", stay]);
        await inside.Shows("ready");
        return new SmallMachine(outside, inside);
    }

    /// <summary>Prefix of a command line that runs inside.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", "-t", $"{_inside.Id}", "-n", "-m", "--"];

    /// <summary>Runs a program on the machine's network, with the files of the host.</summary>
    public Task<Command.Result> Run(params string[] line) => Command.Run("nsenter", ["-t", $"{_inside.Id}", "-n", "--", .. line]);

    /// <summary>Runs a program within both namespaces.</summary>
    public Task<Command.Result> RunInside(params string[] line) => Command.Run(Enter[0], [.. Enter.Skip(1), .. line]);

    public Task<Command.Result> RunOutside(params string[] line) => Command.Run("nsenter", ["-t", $"{_outside.Id}", "-n", "--", .. line]);

    public RunningProcess StartOutside(params string[] line) => new("nsenter", ["-t", $"{_outside.Id}", "-n", "--", .. line]);

    /// <summary>Processes that share the machine's mount namespace, such as a daemon and its shims.</summary>
    public IEnumerable<int> Processes()
    {
        string? mine = NamespaceOf(_inside.Id);
        return Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), out int id) ? id : 0)
            .Where(id => id != 0 && id != _inside.Id && mine is not null && NamespaceOf(id) == mine).ToList();
    }

    /// <summary>What was mounted in the machine since it was made, or is mounted otherwise now; and what it has lost that the host
    /// still has.</summary>
    /// <remarks>A mount of the host's that moves or goes is somebody else's doing: the machine has a copy of it, which the kernel
    /// names anew when a directory above it is renamed, and takes away with its mount point.</remarks>
    public IReadOnlyList<string> Mounts()
    {
        Dictionary<string, (string Path, string Options)> now = MountsOf(_inside.Id);
        HashSet<string> outside = [.. MountsOf(Environment.ProcessId).Values.Select(mount => mount.Path)];
        return [.. now.Where(mount => _mountsAtFirst.GetValueOrDefault(mount.Key).Options != mount.Value.Options)
                .Select(mount => $"mount {mount.Value.Path} {mount.Value.Options}"),
            .. _mountsAtFirst.Where(mount => !now.ContainsKey(mount.Key) && outside.Contains(mount.Value.Path))
                .Select(mount => $"no longer mounted: {mount.Value.Path}")];
    }

    /// <summary>Lets the machine out into the real network, through a program that speaks for it:
    /// the host's own interfaces and firewall stay as they are.</summary>
    public async Task ConnectToInternet()
    {
        Assert.SkipUnless(Programs.Find("slirp4netns") is not null, "slirp4netns is not installed");
        (await Run("ip", "route", "del", "default")).Succeeded();
        _internet = new RunningProcess(Programs.Find("slirp4netns")!,
            ["--configure", "--mtu=1500", "--disable-host-loopback", $"{_inside.Id}", "tap0"]);
        await Eventually.True(async () => (await Run("ip", "route")).Output.Contains("default via 10.0.2.2"), "the machine has a way out");
    }

    public async ValueTask DisposeAsync()
    {
        if (_internet is not null) await _internet.DisposeAsync();
        foreach (int id in Processes()) Signals.Kill(id);
        await _inside.DisposeAsync();
        await _outside.DisposeAsync();
    }

    /// <summary>Where each is and how, by what stays the same while it is mounted: proc_pid_mountinfo(5).</summary>
    private static Dictionary<string, (string Path, string Options)> MountsOf(int process) =>
        File.ReadLines($"/proc/{process}/mountinfo").Select(line => line.Split(" - ")).ToDictionary(
            halves => $"{halves[0].Split(' ')[0]} {halves[0].Split(' ')[2]} {halves[1].Split(' ')[0]}",
            halves => (halves[0].Split(' ')[4], string.Join(' ', halves[0].Split(' ')[5..])));

    private static string? NamespaceOf(int id)
    {
        try
        {
            return new FileInfo($"/proc/{id}/ns/mnt").LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
