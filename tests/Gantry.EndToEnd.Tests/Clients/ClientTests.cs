using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Clients;

/// <summary>Libraries that strangers wrote, and that tools are built on.</summary>
public sealed class ClientTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EngineDaemon]
    public async Task DockerPy(string name)
    {
        // Debian's python, for that is whose library it is.
        const string python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python) && (await Command.Run(python, "-c", "import docker")).Code == 0,
            "python3-docker is not installed");
        await using Engine engine = await Use(name);
        string script = Path.Combine(AppContext.BaseDirectory, "Clients/dockerpy.py");
        Command.Result result = await Command.Run(python, [script, engine.Daemon.Host, engine.NewName("py")], "", Limit);
        AllRight(result, engine);
    }

    [Theory, EngineDaemon]
    public async Task Dockerode(string name)
    {
        string? module = await Npm.Install("dockerode", "4.0.9");
        Assert.SkipWhen(module is null, "npm install dockerode does not work here");
        await using Engine engine = await Use(name);
        string[] line =
            [$"DOCKERODE={module}", "node", Path.Combine(AppContext.BaseDirectory, "Clients/dockerode.js"), engine.Daemon.Socket];
        Command.Result result = await Command.Run("env", [.. line, engine.NewName("node")], "", Limit);
        AllRight(result, engine);
    }

    /// <summary>Longer than the library's own, which says what it waited for.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    /// <summary>Else all that the program wrote, and what the daemon did, for it may not happen again.</summary>
    private static void AllRight(Command.Result result, Engine engine) =>
        Assert.True(result.Code == 0 && result.Output.Trim() == "all right",
            $"exit code {result.Code}:\n{result.All}\nthe daemon:\n{Last(engine.Daemon.Log, 100)}");

    private static string Last(string text, int lines) => string.Join('\n', text.Split('\n').TakeLast(lines));
}
