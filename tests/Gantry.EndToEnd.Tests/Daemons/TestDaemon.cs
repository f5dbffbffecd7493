using System.Net.Sockets;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Daemons;

/// <summary>A daemon in a machine of its own: nothing of the host's network, mounts, data or sockets is touched,
/// and nothing stays.</summary>
public sealed class TestDaemon : IAsyncDisposable
{
    private static int _count;

    private readonly List<string> _options;
    private RunningProcess? _process;
    private IReadOnlyList<string> _through = [];

    private TestDaemon(DaemonKind kind, SmallMachine machine, IEnumerable<string> options)
    {
        Kind = kind;
        Machine = machine;
        // Short, for a socket's path may have no more than 107 bytes and a container's holds its 64 digits.
        string name = $"{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Root = $"/tmp/ge/{name}";
        CgroupParent = $"/gantry-e2e-{name}";
        Directory.CreateDirectory(Root);
        this._options = ["--data-root", DataRoot, "--exec-root", ExecRoot, "-H", Host, "--pidfile", $"{Root}/pid", "--cgroup-parent",
            CgroupParent, .. options];
    }

    public static Task<TestDaemon> Start(DaemonKind kind, params string[] options) => StartThrough([], kind, options);

    /// <param name="through">A command that becomes the daemon, such as <c>nohup</c>.</param>
    public static async Task<TestDaemon> StartThrough(IReadOnlyList<string> through, DaemonKind kind, params string[] options)
    {
        Assert.SkipUnless(Environment.UserName == "root", "needs root");
        TestDaemon daemon = new(kind, await SmallMachine.Make(), options) { _through = through };
        try
        {
            await daemon.Start();
            return daemon;
        }
        catch
        {
            await daemon.DisposeAsync();
            throw;
        }
    }

    public DaemonKind Kind { get; }
    public SmallMachine Machine { get; }
    public string Root { get; }
    public string DataRoot => $"{Root}/d";
    public string ExecRoot => $"{Root}/x";
    public string Socket => $"{Root}/s";
    public string Host => $"unix://{Socket}";
    public string CgroupParent { get; }
    public int ProcessId => _process!.Id;
    /// <summary>What the daemon has open, each as the link below /proc says.</summary>
    public IReadOnlyList<string> Descriptors =>
        [.. Directory.GetFiles($"/proc/{ProcessId}/fd").Select(file => new FileInfo(file).LinkTarget ?? "closed meanwhile")
            .Order(StringComparer.Ordinal)];
    public bool HasEnded => _process!.HasExited;
    public string Log => _process is null ? "" : _process.Output + _process.Error;

    /// <summary>Starts it, or starts it again after <see cref="Kill"/> or <see cref="Stop"/>, and waits until it listens.</summary>
    public async Task Start()
    {
        string program = Kind == DaemonKind.Gantry ? Programs.Daemon : Programs.Find("dockerd")!;
        Assert.True(File.Exists(program), $"{program} is not there: make publish");
        Launch(program);
        await Eventually.True(Listens, "the daemon listens", 120);
    }

    /// <summary>Starts it and kills it that much later, wherever it is by then.</summary>
    public async Task StartAndKill(TimeSpan later)
    {
        Launch(Programs.Daemon);
        await Task.Delay(later);
        await Kill();
    }

    /// <summary>SIGKILL, as a crash or the kernel does it.</summary>
    public async Task Kill()
    {
        Signals.Kill(ProcessId);
        await _process!.Ends();
    }

    public async Task<int> Stop()
    {
        Signals.Terminate(ProcessId);
        return await _process!.Ends();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null && !_process.HasExited)
        {
            // Containers of ours outlive the daemon, so they must go first; what is left is ended below.
            if (Programs.Find("docker") is { } docker)
            {
                await Command.Run("sh", "-c", $"timeout 20 {docker} -H {Host} ps -aq | xargs -r timeout 30 {docker} -H {Host} rm -f -v");
            }
            Signals.Terminate(ProcessId);
            try
            {
                await _process.Ends(15);
            }
            catch (Xunit.Sdk.XunitException)
            {
                Signals.Kill(ProcessId);
            }
        }
        ControlGroups.Remove(CgroupParent);
        await Machine.DisposeAsync();
        if (_process is not null) await _process.DisposeAsync();
        await Command.Run("rm", "-rf", Root);
    }

    private void Launch(string program) =>
        _process = new RunningProcess(Machine.Enter[0], [.. Machine.Enter.Skip(1), .. _through, program, .. _options]);

    private bool Listens()
    {
        Assert.False(_process!.HasExited, $"the daemon ended: {Log}");
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Socket));
            socket.Send("GET /_ping HTTP/1.1\r\nHost: test\r\n\r\n"u8);
            return socket.Receive(new byte[1]) == 1;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
