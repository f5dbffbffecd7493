using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Terminals;

namespace Gantry.EndToEnd.Engines;

/// <summary>A client and the daemon it talks to, for one test; containers that got their name here are removed at its end.</summary>
public sealed class Engine(string name, TestDaemon daemon) : IAsyncDisposable
{
    private static int _names;
    private readonly List<string> _containers = [];
    private bool _ownsDaemon;
    private readonly Lazy<ApiClient> _api = new(() => new ApiClient(daemon.Socket));

    public string Name => name;
    public TestDaemon Daemon => daemon;
    public SmallMachine Machine => daemon.Machine;
    public bool IsPeer => daemon.Kind == DaemonKind.Docker;
    public ApiClient Api => _api.Value;
    public string Client => name == "gantry" ? Programs.Gantry : Programs.Find("docker")!;

    public static DaemonKind DaemonOf(string name) => name == "dockerd" ? DaemonKind.Docker : DaemonKind.Gantry;

    public static void SkipUnlessInstalled(string name)
    {
        if (name != "gantry") Assert.SkipUnless(Programs.Find("docker") is not null, "the stock docker client is not installed");
        if (name == "dockerd") Assert.SkipUnless(Programs.Find("dockerd") is not null, "Debian's dockerd is not installed");
    }

    /// <summary>With a daemon that nobody else uses, and the small image in it; skips the test where the client or the daemon is not
    /// installed.</summary>
    /// <param name="options">Of the daemon's command line.</param>
    public static async Task<Engine> WithItsOwnDaemon(string name, params string[] options)
    {
        SkipUnlessInstalled(name);
        TestDaemon daemon = await TestDaemon.Start(DaemonOf(name), options);
        try
        {
            await BaseImage.Import(daemon);
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
        return new Engine(name, daemon) { _ownsDaemon = true };
    }

    /// <summary>A container name of this test alone.</summary>
    public string NewName(string stem = "c")
    {
        string container = $"{stem}-{name}-{Interlocked.Increment(ref _names)}";
        _containers.Add(container);
        return container;
    }

    /// <summary>Remove this container too at the end.</summary>
    public void Adopt(string container) => _containers.Add(container);

    public Task<Command.Result> Run(params IReadOnlyList<string> arguments) => Run(arguments, "");

    public Task<Command.Result> Run(IReadOnlyList<string> arguments, string input, TimeSpan? limit = null) =>
        Command.Run(Client, ["-H", daemon.Host, .. arguments], input, limit, ClientEnvironment);

    /// <summary>Runs the client, which must succeed.</summary>
    /// <returns>Its standard output without the last newline.</returns>
    public async Task<string> Ok(params IReadOnlyList<string> arguments)
    {
        Command.Result result = await Run(arguments);
        Assert.True(result.Code == 0, $"{name} {string.Join(' ', arguments)}: exit code {result.Code}: {result.All}");
        return result.Output.TrimEnd('\n');
    }

    public RunningProcess Start(params IReadOnlyList<string> arguments) =>
        new(Client, ["-H", daemon.Host, .. arguments], ClientEnvironment);

    /// <param name="through">A command that takes the client's command line as its last arguments.</param>
    public RunningProcess StartThrough(IReadOnlyList<string> through, IReadOnlyList<string> arguments) =>
        new(through[0], [.. through.Skip(1), Client, "-H", daemon.Host, .. arguments], ClientEnvironment);

    public Terminal StartInTerminal(params IReadOnlyList<string> arguments) =>
        new(Client, ["-H", daemon.Host, .. arguments], ClientEnvironment);

    /// <summary>A container that idles until somebody stops it, and ends at once then.</summary>
    /// <returns>Its name.</returns>
    public async Task<string> RunIdle(params string[] options)
    {
        string container = NewName();
        await Ok(["run", "-d", "--name", container, .. options, "busybox", "sh", "-c",
            "trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done"]);
        int process = (await Api.Get($"/containers/{container}/json")).Json["State"]!["Pid"]!.GetValue<int>();
        // Until then it does not hear it: the kernel keeps from a first process what it does not handle.
        await Eventually.True(() => Signals.IsHandled(process, 15), "it handles SIGTERM");
        return container;
    }

    public Task<string> Inspect(string container, string template) => Ok("inspect", "-f", template, container);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_containers.Count > 0) await Run(["rm", "-f", "-v", .. _containers]);
        }
        finally
        {
            if (_api.IsValueCreated) _api.Value.Dispose();
            if (_ownsDaemon) await daemon.DisposeAsync();
        }
    }

    // The user's own configuration must not decide a test.
    private static readonly Dictionary<string, string?> ClientEnvironment = new()
    {
        ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration", ["DOCKER_HOST"] = null, ["DOCKER_CONTEXT"] = null, ["DOCKER_API_VERSION"] = null,
        ["LC_ALL"] = "C.UTF-8",
    };
}
