using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Distribution;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Networks;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>Dockerfiles as people's documents have them, on images that stand in for those they name.</summary>
public sealed class KnownDockerfileTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();
    private readonly string _image = $"known-{Interlocked.Increment(ref _names)}";

    public void Dispose() => _scratch.Dispose();

    private async Task<Engine> UseStandIn(string name)
    {
        Engine engine = await Use(name);
        await engine.Ok("tag", "busybox", "ubuntu:15.04");
        return engine;
    }

    /// <summary>In a directory with this Dockerfile, by a line as people type it.</summary>
    private async Task<string> Build(Engine engine, string dockerfile, string line)
    {
        await File.WriteAllTextAsync(_scratch["Dockerfile"], dockerfile);
        return (await Command.Run("sh", ["-ec", $"\"$0\" -H \"$1\" build {line}", engine.Client, engine.Daemon.Host], "",
            TimeSpan.FromMinutes(5), new Dictionary<string, string?>
            {
                ["DOCKER_BUILDKIT"] = "0", ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration",
            }, _scratch.Path)).Succeeded();
    }

    private async Task<int> Layers(Engine engine, string image) =>
        (await engine.Ok("image", "inspect", "-f", "{{range .RootFS.Layers}}{{.}} {{end}}", image)).Split(' ',
            StringSplitOptions.RemoveEmptyEntries).Length;

    [Theory, EveryEngine]
    public async Task EachRunIsALayerAndCommandsJoinedByAndAreOne(string name)
    {
        await using Engine engine = await UseStandIn(name);
        int layers = await Layers(engine, "busybox"), lines = (await engine.Ok("history", "-q", "busybox")).Split('\n').Length;
        await Build(engine, "FROM ubuntu:15.04\nRUN touch /a\nRUN touch /b\nRUN touch /c\n", $"-t=\"{_image}:apart\" .");
        await Build(engine, "FROM ubuntu:15.04\nRUN touch /a && \\\n    touch /b && \\\n    touch /c\n", $"-t {_image}:joined .");
        Assert.Equal((layers + 3, layers + 1), (await Layers(engine, $"{_image}:apart"), await Layers(engine, $"{_image}:joined")));
        Assert.Equal(lines + 3, (await engine.Ok("history", "-q", $"{_image}:apart")).Split('\n').Length);
        Assert.Equal(lines + 1, (await engine.Ok("history", "-q", $"{_image}:joined")).Split('\n').Length);
        string[] history = (await engine.Ok("history", "--no-trunc", "--format", "{{.CreatedBy}}", $"{_image}:joined")).Split('\n');
        Assert.Equal("/bin/sh -c touch /a &&     touch /b &&     touch /c", history[0]);
        // The bottom one is the base's, in both.
        Assert.Equal(await engine.Ok("image", "inspect", "-f", "{{index .RootFS.Layers 0}}", $"{_image}:apart"),
            await engine.Ok("image", "inspect", "-f", "{{index .RootFS.Layers 0}}", "busybox"));
    }

    [Theory, EveryEngine]
    public async Task TheShellReplacesVariablesWhenTheContainerStarts(string name)
    {
        await using Engine engine = await UseStandIn(name);
        await Build(engine, "FROM ubuntu:15.04\nENV var1=ping var2=8.8.8.8\nCMD $var1 $var2\n", $"-t {_image} .");
        Assert.Equal("[\"/bin/sh\",\"-c\",\"$var1 $var2\"]", await engine.Ok("image", "inspect", "-f", "{{json .Config.Cmd}}", _image));
        string container = engine.NewName();
        await engine.Ok("run", "-dt", "--name", container, _image);
        await Eventually.True(async () => (await engine.Ok("logs", container)).Contains("PING 8.8.8.8 (8.8.8.8)"), "ping has begun");
        await engine.Ok("rm", "-f", container);
        await Build(engine, "FROM ubuntu:15.04\nENV var1 one and only\nCMD echo first\nCMD echo $var1\n", $"-t {_image}:last .");
        Assert.Equal("one and only", await engine.Ok("run", "--rm", $"{_image}:last"));
        Assert.Equal("another", await engine.Ok("run", "--rm", "-e", "var1=another", $"{_image}:last"));
    }

    [Theory, EveryEngine]
    public async Task WhatIsWrittenBehindTheImageGoesToTheEntrypoint(string name)
    {
        await using Engine engine = await UseStandIn(name);
        await Build(engine, "FROM ubuntu:15.04\nENTRYPOINT [\"echo\"]\n", $"-t {_image} .");
        Assert.Equal("hello", await engine.Ok("run", "--rm", _image, "hello"));
        Assert.Equal("", await engine.Ok("run", "--rm", _image));
        await Build(engine, "FROM ubuntu:15.04\nENTRYPOINT [\"echo\"]\nCMD [\"by\", \"default\"]\n", $"-t {_image} .");
        Assert.Equal("by default", await engine.Ok("run", "--rm", _image));
    }

    [Theory, EveryEngine]
    public async Task WhatWasBuiltOnceIsBuiltAgainFromTheCache(string name)
    {
        await using Engine engine = await UseStandIn(name);
        string dockerfile = $"FROM ubuntu:15.04\nMAINTAINER me <me@example.com>\nRUN echo {_image}-{name} > /made\nCOPY file /\n"
            + "CMD cat /made\n";
        await File.WriteAllTextAsync(_scratch["file"], "one");
        Assert.DoesNotContain("Using cache", await Build(engine, dockerfile, $"--no-cache=true -t {_image} ."));
        string first = await engine.Ok("images", "-q", _image);
        string again = await Build(engine, dockerfile, $"-t {_image} -f Dockerfile .");
        Assert.Equal(4, again.Split(" ---> Using cache").Length - 1);
        Assert.DoesNotContain("Running in", again);
        Assert.Equal(first, await engine.Ok("images", "-q", _image));
        // From the first instruction on that has something else.
        await File.WriteAllTextAsync(_scratch["file"], "two");
        string other = await Build(engine, dockerfile, $"-t {_image} .");
        Assert.Equal(2, other.Split(" ---> Using cache").Length - 1);
        Assert.NotEqual(first, await engine.Ok("images", "-q", _image));
    }

    [Theory, EveryEngine]
    public async Task AllInstructionsTogether(string name)
    {
        await using Engine engine = await UseStandIn(name);
        await _scratch.Shell("mkdir d; echo in > d/in; tar -cf archive.tar d");
        await Build(engine, """
            ARG tag=15.04
            FROM ubuntu:$tag
            MAINTAINER me <me@example.com>
            LABEL version="1.0" kind=test
            ARG who=nobody
            ENV greeting=hello name="$who"
            SHELL ["/bin/sh", "-ec"]
            RUN echo $greeting $name > /said
            ADD archive.tar /added
            COPY d/ /copied/
            WORKDIR /copied
            VOLUME ["/data"]
            VOLUME /other
            EXPOSE 80 53/udp
            STOPSIGNAL SIGINT
            HEALTHCHECK --interval=1h CMD true
            ONBUILD RUN echo triggered > /tmp/triggered
            USER 33
            CMD cat /said /added/d/in in; id -u; pwd

            """, $"--build-arg who=you -t {_image} .");
        Assert.Equal("hello you\nin\nin\n33\n/copied", await engine.Ok("run", "--rm", _image));
        Assert.Equal("map[/data:{} /other:{}] map[53/udp:{} 80/tcp:{}] SIGINT 1.0 me <me@example.com>",
            await engine.Ok("image", "inspect", "-f",
                "{{.Config.Volumes}} {{.Config.ExposedPorts}} {{.Config.StopSignal}} {{.Config.Labels.version}} {{.Author}}", _image));
        await Build(engine, $"FROM {_image}\nUSER root\nCMD cat /tmp/triggered\n", $"-t {_image}:child .");
        Assert.Equal("triggered", await engine.Ok("run", "--rm", $"{_image}:child"));
    }

    /// <summary>A server that answers to the name and the options.</summary>
    [Theory, EveryEngine]
    public async Task AServerIsFetchedFromOnItsPublishedPort(string name)
    {
        await using Engine engine = await UseStandIn(name);
        const string Server = "FROM ubuntu:15.04\n"
            + "RUN printf '#!/bin/sh\\n[ \"$*\" = \"-D FOREGROUND\" ] && exec httpd -f -p 80 -h /var/www\\n' "
            + "> /bin/apache2ctl && chmod +x /bin/apache2ctl && echo It works! > /var/www/index.html\nEXPOSE 80\n";
        await Build(engine, Server + "CMD [\"apache2ctl\",\"-D\",\"FOREGROUND\"]\n", $"-t=\"{_image}\" .");
        await Build(engine, Server + "ENTRYPOINT [\"apache2ctl\"]\n", $"-t {_image}:2 .");
        foreach (string[] line in (string[][])[[_image], [$"{_image}:2", "-D", "FOREGROUND"]])
        {
            int port = Ports.Next();
            string container = engine.NewName("web");
            await engine.Ok(["run", "-d", "--name", container, "-p", $"{port}:80", .. line]);
            await Serves(engine, port, "It works!");
        }
    }

    /// <summary>Debian's own, from its packages.</summary>
    [Theory, EveryEngine]
    public async Task ApacheOnDebianIsFetchedFrom(string name)
    {
        Engine.SkipUnlessInstalled(name);
        string archive = await DebianRoot.With("apache2");
        await using Engine engine = await Engine.WithItsOwnDaemon(name);
        await engine.Ok("import", archive, "debian:bookworm");
        const string Debian = "FROM debian:bookworm\nRUN echo 'ServerName localhost' >> /etc/apache2/apache2.conf\nEXPOSE 80\n";
        await Build(engine, Debian + "CMD [\"apache2ctl\",\"-D\",\"FOREGROUND\"]\n", "-t web .");
        string container = engine.NewName("web");
        await engine.Ok("run", "-d", "--name", container, "-p", "80:80", "web");
        await Serves(engine, 80, "Apache2 Debian Default Page");
        Assert.Matches(@"0\.0\.0\.0:80->80/tcp", await engine.Ok("ps", "--format", "{{.Ports}}"));
        await engine.Ok("rm", "-f", container);
        await Build(engine, Debian + "ENTRYPOINT [\"apache2ctl\"]\n", "-t web2 .");
        string second = engine.NewName("web");
        await engine.Ok("run", "-d", "--name", second, "-p", "80:80", "web2", "-D", "FOREGROUND");
        await Serves(engine, 80, "Apache2 Debian Default Page");
    }

    private static Task Serves(Engine engine, int port, string text) => Eventually.True(async () =>
        (await engine.Machine.Run("curl", "-s", "-m", "10", $"http://127.0.0.1:{port}/")).Output.Contains(text), $"it answers on {port}");
}
