using System.Diagnostics;
using System.Text;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Tests.Bundles;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Supervision;

/// <summary>One container under a real shim process, in directories of its own.</summary>
public sealed class ShimContainer : IAsyncDisposable
{
    /// <summary>In seconds. Nothing is meant to take as long: it ends the wait for what never comes.</summary>
    private const int Patience = 60;

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-shim-").FullName;

    private ShimContainer(Func<ShimConfig, ShimConfig> adjust, Func<OciSpec, OciSpec> spec, IReadOnlyList<string> command)
    {
        ShimConfig config = adjust(new ShimConfig
        {
            Id = Path.GetFileName(_directory),
            Socket = Path.Combine(_directory, "shim.sock"),
            ExitFile = Path.Combine(_directory, "exit.json"),
            PidFile = Path.Combine(_directory, "pid"),
            RuntimeRoot = Path.Combine(_directory, "state"),
            Root = new RootMount { Type = "overlay", Lower = [Busybox.Root], Upper = Path.Combine(_directory, "upper"),
                Work = Path.Combine(_directory, "work") },
            Log = new LogConfig { Path = LogPath },
        });
        Config = config;
        foreach (string name in (string[])["rootfs", "upper", "work"]) Directory.CreateDirectory(Path.Combine(_directory, name));
        JsonFile.Save(Path.Combine(_directory, "shim.json"), config, ShimJson.Default.ShimConfig, durable: false);
        JsonFile.Save(Path.Combine(_directory, "config.json"), spec(Busybox.Spec(config.Id, config.Terminal, command)),
            RuntimeJson.Default.OciSpec, durable: false);
    }

    public ShimConfig Config { get; }
    public string LogPath => Path.Combine(_directory, "container.log");
    public List<(string Id, ExitStatus Exit)> ExecsEnded { get; } = [];
    public ShimControl Control { get; set; } = null!;
    public int Pid { get; private set; }

    /// <summary>A container up to Created.</summary>
    public static async Task<ShimContainer> CreateAsync(IReadOnlyList<string> command, Func<ShimConfig, ShimConfig>? adjust = null,
        Func<OciSpec, OciSpec>? spec = null)
    {
        ShimContainer container = new(adjust ?? (c => c), spec ?? (s => s), command);
        try
        {
            container.Control = await ShimControl.SpawnAsync(RuntimeProgram.Path, container._directory,
                new ShimNotices { ExecExited = container.NoteExec });
            container.Pid = (await Within(container.Control.Created)).Pid;
            return container;
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }
    }

    public static async Task<ShimContainer> StartAsync(IReadOnlyList<string> command, Func<ShimConfig, ShimConfig>? adjust = null)
    {
        ShimContainer container = await CreateAsync(command, adjust);
        await Within(container.Control.StartAsync(TestContext.Current.CancellationToken));
        return container;
    }

    public static Task<ShimContainer> ShellAsync(string script, Func<ShimConfig, ShimConfig>? adjust = null) =>
        StartAsync(["sh", "-c", script], adjust);

    public void NoteExec(string id, ExitStatus exit)
    {
        lock (ExecsEnded) ExecsEnded.Add((id, exit));
    }

    public async Task<ShimClient> AttachAsync(bool stdin = false, bool stdout = true, bool stderr = true) =>
        (await AttachAsync(new ShimMessage { Type = ShimMessageType.Attach, Stdin = stdin, Stdout = stdout, Stderr = stderr })).Client;

    public async Task<(ShimClient Client, LogEnd? LogEnd)> AttachAsync(ShimMessage request)
    {
        ShimClient client = await ConnectAsync(request);
        ShimMessage answer = await client.MessageAsync();
        Assert.Equal(ShimMessageType.Done, answer.Type);
        return (client, answer.LogEnd);
    }

    /// <summary>Connects and sends the first message.</summary>
    public async Task<ShimClient> ConnectAsync(ShimMessage first)
    {
        ShimConnection connection = await ShimConnection.ConnectAsync(Config.Socket, TestContext.Current.CancellationToken);
        await connection.SendAsync(first, TestContext.Current.CancellationToken);
        return new ShimClient(connection);
    }

    public Task<ShimClient> ExecAsync(string id, string script, bool stdin = false, bool output = true, bool terminal = false,
        string? user = null) => ConnectAsync(new ShimMessage
    {
        Type = ShimMessageType.Exec,
        ExecId = id,
        Process = Busybox.Process(terminal, "sh", "-c", script) with { User = new OciUser { Username = user },
            ConsoleSize = terminal ? new OciConsoleSize { Height = 30, Width = 100 } : null },
        Stdin = stdin,
        Stdout = output,
        Stderr = output,
    });

    public async Task<ExitStatus?> ExitedAsync() => await Within(Control.Exited);

    /// <summary>What the log holds of a stream, as the container wrote it.</summary>
    public string Logged(string stream = "stdout")
    {
        StringBuilder text = new();
        for (int number = 100; number >= 0; number--)
        {
            string path = number == 0 ? LogPath : $"{LogPath}.{number}";
            if (!File.Exists(path)) continue;
            string[] lines = File.ReadAllText(path).Split('\n');
            // The last one is empty, or a record that is being written.
            foreach (string line in lines.AsSpan(..^1))
            {
                using System.Text.Json.JsonDocument record = System.Text.Json.JsonDocument.Parse(line);
                if (record.RootElement.GetProperty("stream").GetString() == stream)
                    text.Append(record.RootElement.GetProperty("log").GetString());
            }
        }
        return text.ToString();
    }

    public string ShimLog => File.ReadAllText(Path.Combine(_directory, "shim.log"));

    public int ShimPid => int.Parse(File.ReadAllText(Config.PidFile).Split(' ')[0]);

    public static async Task<T> Within<T>(Task<T> task, int seconds = Patience) =>
        await task.WaitAsync(TimeSpan.FromSeconds(seconds), TestContext.Current.CancellationToken);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < Patience, $"did not happen: {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Control is not null)
        {
            if (!Control.Exited.IsCompleted)
            {
                try
                {
                    await Control.SignalAsync(9, cancellation: TestContext.Current.CancellationToken)
                        .WaitAsync(TimeSpan.FromSeconds(Patience));
                    await Control.Exited.WaitAsync(TimeSpan.FromSeconds(Patience));
                }
                catch (Exception e) when (e is GantryException or ShimFailureException)
                {
                    // It has gone by itself meanwhile.
                }
            }
            await Control.DisposeAsync();
        }
        Directory.Delete(_directory, recursive: true);
    }
}
