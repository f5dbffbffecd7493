using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Recovery;

/// <summary>A removal that meets what it cannot move: nothing is half gone, nobody waits for ever, and it can be tried again.</summary>
public sealed class RemovalTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine(OursOnly = true)]
    public async Task WhatFailsIsSaidAndCanBeTriedAgain(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = engine.NewName(), id = scratch["id"];
        await using RunningProcess client = engine.Start("run", "--rm", "--cidfile", id, "--name", container, "-v", "/anonymous", "-v",
            $"{scratch.Path}:/shared", "busybox", "sh", "-c", "while [ ! -e /shared/end ]; do sleep 0.05; done");
        await Eventually.True(async () => (await engine.Run("ps", "-q", "-f", $"name={container}")).Output.Length > 1, "it runs");
        string directory = $"{engine.Daemon.DataRoot}/containers/{await File.ReadAllTextAsync(id)}";
        // A mount point is moved by nobody.
        (await engine.Machine.RunInside("mount", "--bind", directory, directory)).Succeeded();
        await File.WriteAllTextAsync(scratch["end"], "");
        await client.Ends();
        Assert.Contains("remove container", client.Error);
        Assert.Equal("exited", await engine.Inspect(container, "{{.State.Status}}"));
        Command.Result refused = await engine.Run("rm", container);
        Assert.Contains("device or resource busy", refused.Error);
        (await engine.Machine.RunInside("umount", directory)).Succeeded();
        await engine.Ok("rm", "-v", container);
        Assert.False(Directory.Exists(directory));
    }

    [Theory, EveryEngine(OursOnly = true)]
    public async Task NothingInTheDataRootKeepsTheDaemonFromStarting(string name)
    {
        await using TestDaemon daemon = await TestDaemon.Start(DaemonKind.Gantry);
        await using Engine engine = new(name, daemon);
        foreach (string junk in (string[])["echo junk > $p", "mkfifo $p", "ln -s nowhere $p"])
        {
            await daemon.Kill();
            await Shell(daemon,
                $"for p in containers content image networks volumes overlay2; do rm -rf $p; {junk}; done; rm lock; mkdir -p lock");
            await daemon.Start();
            await engine.Ok("volume", "create", "vol");
        }
        await daemon.Kill();
        // In each, what neither has the name nor is of the kind that is kept there;
        // and a removal that was broken off in a tree that no path reaches to the end of.
        await Shell(daemon, """
            for p in containers content content/blobs/sha256 content/ingest content/partial image image/overlay2 image/overlay2/records \
              networks volumes overlay2; do
              (cd $p; echo x > file; mkfifo fifo fifo.json; ln -s nowhere link.json; mkdir -p "$(printf 'd\377')/x" directory.json;
                touch "$(printf 'f\377').json")
            done
            for p in containers/$(printf "%064d" 0).removed volumes/.removed-0 overlay2/rm-0; do
              mkdir -p $p/_data; (cd $p/_data; n=$(printf '%0250d' 0); for i in $(seq 20); do mkdir $n; cd -P $n 2>/dev/null || break; done)
            done
            """);
        await daemon.Start();
        Assert.Equal("vol", await engine.Ok("volume", "ls", "-q"));
        await engine.Ok("system", "df");
        await Eventually.True(async () => await Shell(daemon,
            "ls -d containers/*.removed volumes/.removed-* overlay2/rm-* 2>/dev/null | wc -l") == "0", "what was being removed is gone");
    }

    private static async Task<string> Shell(TestDaemon daemon, string script) =>
        (await Command.Run("bash", ["-c", script], "", directory: daemon.DataRoot)).Succeeded().Trim();
}
