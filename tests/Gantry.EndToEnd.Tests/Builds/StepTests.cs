using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>What a step has beside its tree, and what is left of it: in the layers, on the disk, in the cache.</summary>
public sealed class StepTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static string NewTag() => $"step-{Interlocked.Increment(ref _names)}";

    /// <summary>A context with these files; a Dockerfile may be any.</summary>
    private async Task Context(string dockerfile) => await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);

    private Task<string> Files(string script) => _scratch.Shell($"mkdir -p c; cd c; {script}");

    private Task<Command.Result> Build(Engine engine, params string[] options) => Command.Run("env",
        ["DOCKER_BUILDKIT=0", engine.Client, "-H", engine.Daemon.Host, "build", .. options, _scratch["c"]], "",
        environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" });

    [Theory, EveryEngine(OursOnly = true)]
    public async Task FilesOfTheContextAreBoundAndLeaveNothing(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag();
        await Files("mkdir -p src/sub; echo f > src/f; echo g > src/sub/g; ln -s src link; chmod 750 src/sub");
        await Context($"""
            FROM busybox
            RUN --mount=type=bind,target=/m/all : {tag}; cat /m/all/src/f > /said; touch /m/all/x 2>> /said || echo read-only >> /said
            RUN --mount=target=/m/rw,source=link,rw cat /m/rw/sub/g >> /said; touch /m/rw/new; ls /m/rw >> /said
            RUN --mount=source=/src/f,target=/m/file cat /m/file >> /said; ls /m >> /said
            USER 7
            RUN --mount=target=/m/all cat /m/all/src/f; ls /m/all/src
            USER 0
            RUN ls / /etc >> /said
            """);
        string output = (await Build(engine, "-t", tag)).Succeeded();
        Assert.Contains("f\nf\nsub\n", output);
        string said = await engine.Ok("run", "--rm", tag, "cat", "/said");
        Assert.StartsWith("f\ntouch: /m/all/x: Read-only file system\nread-only\ng\nf\nnew\nsub\nf\nfile\n", said);
        // Neither for the steps that come after, nor in the image's layers.
        Assert.DoesNotContain("\nm\n", said);
        Assert.NotEqual(0, (await engine.Run("run", "--rm", tag, "ls", "-d", "/m")).Code);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AnotherStageOrImageIsBound(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag();
        await Files("true");
        await Context($"""
            FROM busybox AS one
            RUN mkdir -p /data/d && echo {tag} > /data/d/x && chown 7:8 /data/d/x && ln -s d /data/l && rm -r /home
            FROM busybox
            RUN --mount=from=one,source=/data/l,target=/one cat /one/x; stat -c %u:%g /one/x; touch /one/y || echo read-only
            RUN --mount=from=one,target=/one,rw test ! -e /one/home; touch /one/data/y; ls /one/data
            RUN --mount=from=one,target=/one test ! -e /one/data/y; echo nothing was kept
            RUN --mount=from=one,source=data/d/x,target=/one cat /one
            RUN --mount=from=busybox,source=/etc/group,target=/group grep -c root /group
            RUN test ! -e /one -a ! -e /group
            """);
        string output = (await Build(engine, "-t", tag)).Succeeded();
        Assert.Contains($"{tag}\n7:8\n", output);
        Assert.Contains("read-only\n", output);
        Assert.Contains("d\nl\ny\n", output);
        Assert.Contains("nothing was kept\n", output);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task AStepIsDoneAgainWhenWhatItSeesIsAnother(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag();
        await Files("mkdir -p src; echo f > src/f; echo other > other");
        await Context($"FROM busybox AS one\nCOPY other src /data/\nFROM busybox\n"
            + $"RUN --mount=source=src,target=/src : {tag}; cat /proc/sys/kernel/random/uuid > /context\n"
            + "RUN --mount=from=one,source=/data/f,target=/f cat /proc/sys/kernel/random/uuid > /stage\n");
        string first = await Made();
        Assert.Equal(first, await Made());
        await Files("echo changed > other; touch src/f");
        Assert.Equal(first, await Made());
        await Files("echo changed > src/f");
        string[] before = first.Split('\n'), after = (await Made()).Split('\n');
        Assert.NotEqual(before[0], after[0]);
        Assert.NotEqual(before[1], after[1]);

        async Task<string> Made()
        {
            (await Build(engine, "-t", tag)).Succeeded();
            return await engine.Ok("run", "--rm", tag, "cat", "/context", "/stage");
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task WhatCannotBeBoundIsSaid(string name)
    {
        await using Engine engine = await Use(name);
        await Files("true");
        foreach ((string mount, string said) in new[]
            {
                ("source=nosuch,target=/m", "RUN --mount=type=bind failed: stat nosuch: file does not exist"),
                ("from=busybox,source=/no/such,target=/m", "RUN --mount=type=bind failed: stat /no/such: file does not exist"),
                ("type=secret,id=token,required=true", "secret token: not found"),
                ("type=ssh,required", "no SSH key \"default\" forwarded from the client"),
            })
        {
            await Context($"FROM busybox\nRUN --mount={mount} true\n");
            Command.Result failed = await Build(engine);
            Assert.NotEqual(0, failed.Code);
            Assert.Contains(said, failed.Error);
        }
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task MemoryIsForPrograms(string name)
    {
        await using Engine engine = await Use(name);
        string tag = NewTag();
        await Files("true");
        await Context($"""
            FROM busybox
            RUN --mount=type=tmpfs,target=/t,size=1m : {tag}; printf '#!/bin/sh\necho ran' > /t/s; chmod +x /t/s; /t/s; df -k /t | tail -n 1
            RUN --mount=type=secret,id=token --mount=type=ssh : {tag}; test ! -e /run/secrets; test ! -e /t; echo without
            """);
        string output = (await Build(engine)).Succeeded();
        Assert.True(Regex.IsMatch(output, "(?m)^ran\ntmpfs +1024 "), output);
        Assert.Contains("\nwithout\n", output);
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task ANameThatNoLayerCanHaveIsRefused(string name)
    {
        await using Engine engine = await Use(name);
        await Files("true");
        await Context("FROM busybox\nRUN echo x > /etc/.wh.passwd\n");
        Command.Result failed = await Build(engine);
        Assert.NotEqual(0, failed.Code);
        Assert.Contains("/etc/.wh.passwd cannot be in a layer", failed.Error);
    }

    /// <summary>Two data roots know nothing of each other.</summary>
    [Fact]
    public async Task TheSameContextGivesTheSameImageWhereverItIsBuilt()
    {
        Engine.SkipUnlessInstalled("gantry");
        await using Engine one = await Engine.WithItsOwnDaemon("gantry");
        string archive = _scratch["base.tar"];
        await one.Ok("save", "-o", archive, "busybox");
        await Files("mkdir -p src; echo f > src/f; echo g > g; touch -d 2015-01-02 src/f src g");
        await Context("FROM busybox AS one\nWORKDIR /usr/src/app\nCOPY src g ./\nADD g /made/on/the/way/\nFROM busybox\n"
            + "WORKDIR /w/x\nCOPY --from=one /usr/src /usr/src\nCOPY <<EOF /inline\ntext\nEOF\nUSER 5\n");
        string layers = await Layers(one, "plain"), pinned = await Id(one, "SOURCE_DATE_EPOCH=1600000000");
        await Context("FROM busybox\nRUN mkdir -p /a/b && echo x > /a/b/c && ln -s c /a/b/d\nWORKDIR /w\nCOPY g .\n");
        string run = await Id(one, "SOURCE_DATE_EPOCH=1000000000");
        Assert.Equal("1000000000\n1000000000\n1000000000",
            await one.Ok("run", "--rm", run, "stat", "-c", "%Y", "/a/b", "/a/b/c", "/w/g"));
        Assert.Equal("2001-09-09T01:46:40Z", await one.Ok("image", "inspect", "-f", "{{.Created}}", run));
        Assert.Equal(run, await Id(one, "SOURCE_DATE_EPOCH=1000000000", "--no-cache"));

        await using Engine other = await Engine.WithItsOwnDaemon("gantry");
        await other.Ok("load", "-i", archive);
        Assert.Equal(run, await Id(other, "SOURCE_DATE_EPOCH=1000000000"));
        await Context("FROM busybox AS one\nWORKDIR /usr/src/app\nCOPY src g ./\nADD g /made/on/the/way/\nFROM busybox\n"
            + "WORKDIR /w/x\nCOPY --from=one /usr/src /usr/src\nCOPY <<EOF /inline\ntext\nEOF\nUSER 5\n");
        Assert.Equal(layers, await Layers(other, "plain"));
        Assert.Equal(pinned, await Id(other, "SOURCE_DATE_EPOCH=1600000000"));

        async Task<string> Layers(Engine engine, string tag)
        {
            (await Build(engine, "-t", tag)).Succeeded();
            return await engine.Ok("image", "inspect", "-f", "{{json .RootFS.Layers}}", tag);
        }

        async Task<string> Id(Engine engine, string epoch, params string[] options) =>
            (await Build(engine, ["-q", "--build-arg", epoch, .. options])).Succeeded().Trim();
    }
}
