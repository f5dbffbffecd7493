using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Networks;

public sealed class PublishTests(SharedDaemons daemons) : EngineTests(daemons)
{
    private const string Serve = "mkdir -p /www; echo works > /www/index.html; exec httpd -f -p 80 -h /www";

    /// <summary>A static busybox is no good at wget: its C library loads name services that are not in the image.</summary>
    private static string Fetch(string address, int port) => $"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 60 {address} {port} | tail -n 1";

    private static async Task<string> RunServer(Engine engine, params string[] options)
    {
        string container = engine.NewName("web");
        await engine.Ok(["run", "-d", "--name", container, .. options, "busybox", "sh", "-c", Serve]);
        string address = await engine.Inspect(container, "{{.NetworkSettings.IPAddress}}");
        await Eventually.True(async () => (await engine.Machine.Run("curl", "-s", "-m", "3", $"http://{address}/")).Output == "works\n",
            "the server answers on its own address");
        return container;
    }

    private static void Answers(Command.Result result) => Assert.Equal("works", result.Succeeded());

    [Theory, EveryEngine]
    public async Task FromLoopbackBridgeAndTheWorld(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        await RunServer(engine, "-p", $"{port}:80");
        foreach (string address in new[] { "127.0.0.1", "172.17.0.1", SmallMachine.Address })
        {
            Answers(await engine.Machine.Run("curl", "-sS", "-m", "60", $"http://{address}:{port}/"));
        }
        Answers(await engine.Machine.RunOutside("curl", "-sS", "-m", "60", $"http://{SmallMachine.Address}:{port}/"));
        // From another container by the bridge's address, and by the host's.
        Answers(await engine.Run("run", "--rm", "busybox", "sh", "-c", Fetch("172.17.0.1", port)));
        Answers(await engine.Run("run", "--rm", "busybox", "sh", "-c", Fetch(SmallMachine.Address, port)));
    }

    [Theory, EveryEngine]
    public async Task TheContainerReachesItsOwnPublishedPort(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        string container = await RunServer(engine, "-p", $"{port}:80");
        Answers(await engine.Run("exec", container, "sh", "-c", Fetch(SmallMachine.Address, port)));
    }

    [Theory, EveryEngine]
    public async Task OnLoopbackAloneIsHiddenFromTheWorld(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        await RunServer(engine, "-p", $"127.0.0.1:{port}:80");
        Answers(await engine.Machine.Run("curl", "-sS", "-m", "60", $"http://127.0.0.1:{port}/"));
        Assert.NotEqual(0, (await engine.Machine.RunOutside("curl", "-sS", "-m", "2", $"http://{SmallMachine.Address}:{port}/")).Code);
        Assert.NotEqual(0, (await engine.Machine.Run("curl", "-sS", "-m", "2", $"http://{SmallMachine.Address}:{port}/")).Code);
    }

    [Theory, EveryEngine]
    public async Task AnUnpublishedPortIsNotReachedFromTheWorld(string name)
    {
        await using Engine engine = await Use(name);
        string container = await RunServer(engine);
        string address = await engine.Inspect(container, "{{.NetworkSettings.IPAddress}}");
        (await engine.Machine.RunOutside("ip", "route", "replace", "172.17.0.0/16", "via", SmallMachine.Address)).Succeeded();
        try
        {
            Assert.NotEqual(0, (await engine.Machine.RunOutside("curl", "-sS", "-m", "2", $"http://{address}/")).Code);
        }
        finally
        {
            await engine.Machine.RunOutside("ip", "route", "del", "172.17.0.0/16");
        }
    }

    [Theory, EveryEngine]
    public async Task Udp(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        string container = await engine.RunIdle("-p", $"{port}:53/udp");
        string process = await engine.Inspect(container, "{{.State.Pid}}");
        // The image has no UDP server, so perl plays one in the container's network.
        await using RunningProcess server = new("nsenter", ["-t", process, "-n", "perl", "-MIO::Socket::INET", "-e", """
            $s = IO::Socket::INET->new(LocalPort => 53, Proto => "udp") or die;
            $| = 1; print "listening\n";
            while ($s->recv($_, 100)) { $s->send("echo $_") }
            """]);
        await server.Shows("listening");
        string ask(string address) => $$"""
            $s = IO::Socket::INET->new(PeerAddr => "{{address}}", PeerPort => {{port}}, Proto => "udp") or die;
            $SIG{ALRM} = sub { exit 1 }; alarm 60; $s->send("hello"); $s->recv($_, 100); print;
            """;
        Assert.Equal("echo hello", (await engine.Machine.RunOutside("perl", "-MIO::Socket::INET", "-e", ask(SmallMachine.Address)))
            .Succeeded());
        Assert.Equal("echo hello", (await engine.Machine.Run("perl", "-MIO::Socket::INET", "-e", ask("127.0.0.1"))).Succeeded());
        Assert.Equal("echo hello", (await engine.Machine.Run("perl", "-MIO::Socket::INET", "-e", ask("172.17.0.1"))).Succeeded());
    }

    [Theory, EveryEngine]
    public async Task AnyFreePortIsFound(string name)
    {
        await using Engine engine = await Use(name);
        string container = await RunServer(engine, "-p", "80");
        JsonNode bindings = JsonNode.Parse(await engine.Inspect(container, "{{json .NetworkSettings.Ports}}"))!["80/tcp"]!;
        string port = bindings[0]!["HostPort"]!.GetValue<string>();
        Assert.InRange(int.Parse(port), 1024, 65535);
        Answers(await engine.Machine.Run("curl", "-sS", "-m", "60", $"http://127.0.0.1:{port}/"));
    }

    [Theory, EveryEngine]
    public async Task APortInUseIsAClearErrorAndFreeAfterwards(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        string first = await engine.RunIdle("-p", $"{port}:80");
        string second = engine.NewName();
        Command.Result refused = await engine.Run("run", "-d", "--name", second, "-p", $"{port}:80", "busybox", "sleep", "10");
        Assert.Equal(125, refused.Code);
        Assert.Contains("port is already allocated", refused.Error);
        Assert.Equal("created", await engine.Inspect(second, "{{.State.Status}}"));
        await engine.Ok("rm", "-f", first);
        await engine.Ok("start", second);
    }

    [Theory, EveryEngine]
    public async Task APortThatAHostProgramHasIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        await using RunningProcess holder =
            new("nsenter", ["-t", $"{engine.Daemon.ProcessId}", "-n", "--", "busybox", "nc", "-l", "-p", $"{port}"]);
        await Eventually.True(async () => (await engine.Machine.Run("ss", "-Hltn", $"sport = :{port}")).Output.Length > 0,
            "the program listens");
        Command.Result refused = await engine.Run("run", "--rm", "--name", engine.NewName(), "-p", $"{port}:80", "busybox", "true");
        Assert.Equal(125, refused.Code);
        Assert.Contains("address already in use", refused.Error);
    }

    [Theory, EveryEngine]
    public async Task AfterStopThePortIsClosedAndAfterStartOpenAgain(string name)
    {
        await using Engine engine = await Use(name);
        int port = Ports.Next();
        string container = await RunServer(engine, "-p", $"{port}:80");
        await engine.Ok("stop", "-t", "0", container);
        Assert.NotEqual(0, (await engine.Machine.Run("curl", "-sS", "-m", "2", $"http://127.0.0.1:{port}/")).Code);
        await engine.Ok("start", container);
        await Eventually.True(async () =>
            (await engine.Machine.Run("curl", "-s", "-m", "2", $"http://127.0.0.1:{port}/")).Output == "works\n", "it answers again");
    }
}
