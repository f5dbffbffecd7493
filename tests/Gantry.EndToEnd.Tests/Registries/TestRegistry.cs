using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Registries;

/// <summary>Debian's docker-registry on a port of a daemon's machine.</summary>
public sealed partial class TestRegistry : IAsyncDisposable
{
    private static int _ports = 5000;

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-distribution").FullName;
    private readonly SmallMachine _machine;
    private readonly List<RunningProcess> _processes = [];

    private TestRegistry(SmallMachine machine, string address, string storage) => (_machine, Name, Storage) = (machine, address, storage);

    /// <summary><c>host:port</c>, as in names of images.</summary>
    public string Name { get; }

    /// <summary>Where the content is; another registry may serve it too.</summary>
    public string Storage { get; }

    public string Log => string.Concat(_processes.Select(static process => process.Output + process.Error));

    /// <summary>Uploads begun so far, mounts included.</summary>
    public int Uploads => Log.Split('\n').Count(static line => line.Contains("\"POST /v2/", StringComparison.Ordinal));

    /// <summary>Bytes of blobs sent so far, answers that were broken off included.</summary>
    public long BytesSent =>
        Log.Split('\n').Select(static line => BlobSent().Match(line)).Where(static match => match.Success)
            .Sum(static match => long.Parse(match.Groups[1].Value));

    [GeneratedRegex("\"GET /v2/[^ ]*/blobs/[^ ]* HTTP/1.1\" 20[06] ([0-9]+)")]
    private static partial Regex BlobSent();

    /// <param name="http">Lines of the configuration below <c>http</c>, such as TLS.</param>
    /// <param name="rest">More of the configuration.</param>
    /// <param name="storage">Serve what another registry has.</param>
    public static async Task<TestRegistry> Start(SmallMachine machine, string address = "localhost", string http = "", string rest = "",
        string? storage = null)
    {
        Assert.SkipUnless(Programs.Find("docker-registry") is not null, "docker-registry is not installed");
        string name = $"{address}:{Interlocked.Increment(ref _ports)}";
        TestRegistry registry = new(machine, name, storage ?? Directory.CreateTempSubdirectory("gantry-distribution").FullName);
        await File.WriteAllTextAsync(registry.Configuration, $"""
            version: 0.1
            log:
              level: info
            storage:
              filesystem:
                rootdirectory: {registry.Storage}
              delete:
                enabled: true
            {rest}
            http:
              addr: {name}
            {http}

            """);
        await registry.Start();
        return registry;
    }

    private string Configuration => Path.Combine(_directory, "config.yml");

    public async Task Start()
    {
        RunningProcess process =
            new(_machine.Enter[0], [.. _machine.Enter.Skip(1), Programs.Find("docker-registry")!, "serve", Configuration]);
        _processes.Add(process);
        await Eventually.True(async () => process.HasExited
            || (await _machine.Run("sh", "-c",
            $"curl -sk -o /dev/null https://{Name}/v2/ || curl -s -o /dev/null http://{Name}/v2/")).Code == 0, "the registry answers");
        Assert.False(process.HasExited, process.Error);
    }

    public async Task Kill()
    {
        Signals.Kill(_processes[^1].Id);
        await _processes[^1].Ends();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RunningProcess process in _processes)
        {
            if (!process.HasExited) Signals.Kill(process.Id);
            await process.DisposeAsync();
        }
        Directory.Delete(_directory, recursive: true);
        if (Directory.Exists(Storage)) Directory.Delete(Storage, recursive: true);
    }
}
