using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;
using Gantry.EndToEnd.Terminals;

namespace Gantry.EndToEnd.Containers;

/// <summary>cp, in both directions and as a stream, of containers that run and that do not.</summary>
public sealed class CopyTests(SharedDaemons daemons) : EngineTests(daemons)
{
    [Theory, EveryEngine]
    public async Task FilesGoInAndOut(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none");
        await scratch.Shell("mkdir -p src/d/sub; echo one > src/d/one; ln -s one src/d/link; echo two > src/d/sub/two; chmod 640 "
            + "src/d/one; touch -d @1234567890 src/d/one");
        // Into a directory that is there: under its own name. To a name that is not: by that name. The content alone: with a dot.
        await engine.Ok("cp", scratch["src/d"], $"{container}:/opt");
        await engine.Ok("cp", scratch["src/d"], $"{container}:/opt/e");
        await engine.Ok("cp", scratch["src/d/."], $"{container}:/opt/e/sub");
        await engine.Ok("cp", scratch["src/d/one"], $"{container}:/opt/file");
        Assert.Equal("/opt/d /opt/d/link /opt/d/one /opt/d/sub /opt/d/sub/two /opt/e /opt/e/link /opt/e/one /opt/e/sub /opt/e/sub/link "
            + "/opt/e/sub/one /opt/e/sub/sub /opt/e/sub/sub/two /opt/e/sub/two /opt/file",
            await engine.Ok("exec", container, "sh", "-c", "echo $(find /opt/* | sort)"));
        Assert.Equal("640 1234567890 one",
            await engine.Ok("exec", container, "sh", "-c", "echo $(stat -c '%a %Y' /opt/d/one; cat /opt/d/link)"));
        await engine.Ok("cp", $"{container}:/opt/d", scratch["out"]);
        await engine.Ok("cp", $"{container}:/opt/d/one", scratch["out/renamed"]);
        await engine.Ok("cp", $"{container}:/opt/e/.", scratch["out"]);
        await engine.Ok("cp", "-L", $"{container}:/opt/d/link", scratch["out/followed"]);
        await engine.Ok("cp", $"{container}:/opt/d/link", scratch["out/kept"]);
        Assert.Equal("followed kept link one renamed sub sub/link sub/one sub/sub sub/sub/two sub/two",
            await scratch.Shell("cd out; echo $(find * | sort)"));
        Assert.Equal("640 1234567890 one one symbolic link",
            await scratch.Shell("cd out; echo $(stat -c '%a %Y' one; cat renamed; cat followed; stat -c %F kept)"));
    }

    [Theory, EveryEngine]
    public async Task ATerminalIsToldTheSizeOfTheArchive(string name)
    {
        await using Engine engine = await Use(name);
        string container = await engine.RunIdle(), file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, new byte[1000]);
        try
        {
            // A header, two blocks of content, two of the end.
            await using (Terminal terminal = engine.StartInTerminal("cp", file, $"{container}:/there"))
                await terminal.Shows($"Successfully copied 2.56kB to {container}:/there");
            await using (Terminal terminal = engine.StartInTerminal("cp", $"{container}:/there", file))
                await terminal.Shows($"Successfully copied 2.56kB to {file}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory, EveryEngine]
    public async Task AStreamGoesInAndOut(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none");
        string client = $"{engine.Client} -H {engine.Daemon.Host}";
        await scratch.Shell($"mkdir a; echo hello > a/f; tar -c a | {client} cp - {container}:/tmp; {client} cp {container}:/tmp/a - | "
            + $"tar -tf - > list");
        Assert.Equal("a/\na/f", await scratch.Shell("cat list"));
        Assert.Equal("hello", await engine.Ok("exec", container, "cat", "/tmp/a/f"));
        Command.Result refused = await engine.Run("cp", "-", $"{container}:/etc/passwd");
        Assert.Contains($"destination \"{container}:/etc/passwd\" must be a directory", refused.Error);
    }

    [Theory, EveryEngine]
    public async Task VolumesAreSeenWhetherItRunsOrNot(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        await scratch.Shell("mkdir host; echo host > host/h; echo in > in");
        string container = engine.NewName();
        await engine.Ok("create", "--network", "none", "--name", container, "-v", "/vol", "-v", $"{scratch["host"]}:/bound/here",
            "busybox", "sh", "-c", "cat /vol/in > /vol/out; trap 'exit 0' TERM; while :; do sleep 1000 & wait $!; done");
        await engine.Ok("cp", scratch["in"], $"{container}:/vol/in");
        await engine.Ok("cp", $"{container}:/bound/here/h", scratch["h"]);
        Assert.Equal("host", await scratch.Shell("cat h"));
        await engine.Ok("start", container);
        await Eventually.True(async () => (await engine.Run("cp", $"{container}:/vol/out", scratch["out"])).Code == 0
            && await scratch.Shell("cat out") == "in", "the container sees what was copied, and we what it wrote");
        await engine.Ok("cp", scratch["in"], $"{container}:/bound/here/new");
        Assert.Equal("in", await scratch.Shell("cat host/new"));
    }

    [Theory, EveryEngine]
    public async Task LinksOfTheContainerStayInTheContainer(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        await scratch.Shell("echo host > secret; echo evil > f; mkdir target");
        string container = await engine.RunIdle("--network", "none");
        await engine.Ok("exec", container, "sh", "-c",
            $"ln -s {scratch["secret"]} /leak; ln -s / /root-link; ln -s ../../../../../../../..{scratch["target"]} /out; ln -s "
                + $"/proc/1/root/../../../../.. /up");
        Assert.NotEqual(0, (await engine.Run("cp", "-L", $"{container}:/leak", scratch["got"])).Code);
        Assert.NotEqual(0, (await engine.Run("cp", scratch["f"], $"{container}:/out/f")).Code);
        await engine.Run("cp", scratch["f"], $"{container}:/up{scratch["target"]}/f");
        Assert.Equal("", await scratch.Shell("ls target"));
        Assert.Equal(await engine.Ok("exec", container, "cat", "/etc/passwd"),
            await Read(engine, container, "/root-link/etc/passwd", scratch));
    }

    /// <summary>A link is copied as one; a slash or dot behind it, or <c>-L</c>, asks for what it leads to. On the way out a link at the
    /// target is followed, wherever it leads.</summary>
    [Theory, EveryEngine]
    public async Task LinksOfThisMachine(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none");
        await scratch.Shell("mkdir -p l/d/sub; echo one > l/d/one; ln -s d l/dl; ln -s dl l/dll; ln -s d/one l/lf; ln -s nowhere l/dang");
        async Task In(string expected, params string[] arguments)
        {
            await engine.Ok("exec", container, "sh", "-c", "rm -rf /t; mkdir /t");
            Command.Result result = await engine.Run(["cp", .. arguments[..^1], $"{scratch["l"]}/{arguments[^1]}", $"{container}:/t"]);
            string found = await engine.Ok("exec", container, "sh", "-c", "cd /t; echo $(find * | sort)");
            Assert.True((result.Code == 0 ? found : result.Error).Contains(expected),
                $"cp {string.Join(' ', arguments)}: {result.Code} {result.All} {found}");
            if (result.Code == 0) Assert.Equal(expected, found);
        }
        await In("dl", "dl");
        await In("dl dl/one dl/sub", "dl/");
        await In("one sub", "dl/.");
        await In("one sub", "dll/.");
        await In("one sub", "./d/./");
        await In("d d/one d/sub", "d//");
        await In("dl dl/one dl/sub", "-L", "dl");
        await In("lf", "-L", "lf");
        await In("not a directory", "lf/");
        await In("dang", "dang");
        await In("nowhere: no such file or directory", "dang/.");
        await In("nowhere: no such file or directory", "-L", "dang");
        await engine.Ok("exec", container, "sh", "-c", "rm -rf /t; mkdir -p /t/sub; echo two > /t/two");
        async Task Out(string expected, string source, string target)
        {
            await scratch.Shell("rm -rf o; mkdir -p o/e; cd o; ln -s e ld; ln -s no dang; ln -s dang dd; ln -s nodir/x bad; echo f > f");
            Command.Result result = await engine.Run("cp", $"{container}:{source}", scratch[target]);
            string found = await scratch.Shell("cd o; echo $(find * | sort | grep -vxF -e e -e ld -e dang -e dd -e bad -e f)");
            Assert.True((result.Code == 0 ? found : result.Error).Contains(expected),
                $"cp {source} {target}: {result.Code} {result.All} {found}");
        }
        await Out("e/two", "/t/two", "o/ld");
        await Out("e/sub e/two", "/t/.", "o/ld");
        await Out("no", "/t/two", "o/dang");
        await Out("no no/sub no/two", "/t", "o/dd");
        await Out("stat", "/t/two", "o/bad");
        await Out("o/f/: not a directory", "/t/two", "o/f/");
        await Out("o/f/x: not a directory", "/t/two", "o/f/x");
        await Out("must be a directory or a regular file: got a device", "/t/two", "../../dev/null");
    }

    [Theory, EveryEngine]
    public async Task NamesThatAreNoText(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none"), client = $"{engine.Client} -H {engine.Daemon.Host}";
        await scratch.Shell($"x=$(printf 'x\\377'); mkdir \"$x\"; echo in > \"$x/$(printf 'y\\376')\"; {client} cp \"$x\" "
            + $"{container}:/opt; {client} cp {container}:/opt/. out; cat out/x*/y* > back; ls out | od -An -to1 > names");
        Assert.Equal("in", await scratch.Shell("cat back"));
        Assert.Equal("170 377 012", (await scratch.Shell("cat names")).Trim());
        Assert.Equal("in", await engine.Ok("exec", container, "sh", "-c", "cat \"/opt/$(printf 'x\\377')/$(printf 'y\\376')\""));
        // JSON holds no such name; so the real client, asking for it, gets to know another.
        if (name != "gantry")
        {
            await scratch.Shell("rm -r x* out");
            return;
        }
        await scratch.Shell($"x=$(printf 'x\\377'); {client} cp \"{container}:/opt/$x/.\" out2; {client} cp \"{container}:/opt/$x\" out3; "
            + $"cat out2/y* out3/y* > back");
        Assert.Equal("in\nin", await scratch.Shell("cat back; rm -r x* out*"));
    }

    /// <summary>The kernel's files have no size and no end, so a copy of everything leaves them out. Hosts and names are the container's
    /// own, whether it runs or not.</summary>
    [Theory, EveryEngine]
    public async Task TheWholeOfAContainer(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string running = await engine.RunIdle("--network", "none", "--hostname", "hop"), ended = engine.NewName(),
            created = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", ended, "--hostname", "hop", "busybox", "true");
        await engine.Ok("create", "--network", "none", "--name", created, "busybox", "true");
        foreach (string container in (string[])[running, ended])
        {
            await scratch.Shell("rm -rf o; mkdir o");
            await engine.Ok("cp", $"{container}:/", scratch["o"]);
            Assert.Equal("hop",
                await scratch.Shell("find o/proc o/sys -mindepth 1 | head -n 3; test -x o/bin/busybox; cat o/etc/hostname; grep -q "
                    + "127.0.0.1 o/etc/hosts; test -s o/etc/resolv.conf"));
            foreach (string file in (string[])["hosts", "hostname", "resolv.conf"])
                await engine.Ok("cp", $"{container}:/etc/{file}", scratch["o"]);
            Assert.Equal("hop", await scratch.Shell("test -s o/hosts; cat o/hostname"));
        }
        // Nothing is known of its network yet.
        foreach (string file in (string[])["hosts", "hostname", "resolv.conf"])
            await engine.Ok("cp", $"{created}:/etc/{file}", scratch["o"]);
        Command.Result direct = await engine.Run("cp", $"{running}:/proc/cpuinfo", scratch["cpuinfo"]);
        if (!engine.IsPeer) Assert.Contains("processor", await scratch.Shell("cat cpuinfo"));
        else Assert.Contains("Could not find the file /proc/cpuinfo", direct.Error);
    }

    /// <summary>A reader that knows nothing newer than 1988 can read it: no extended header where there is room in the plain one.</summary>
    [Theory, EveryEngine]
    public async Task APlainArchiveWherePossible(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        string container = await engine.RunIdle("--network", "none"),
            deep =
                "a-directory-with-a-rather-long-name-of-some-sixty-characters-as-they-are/and-another-one-below-it-so-that-both-are-more";
        await engine.Ok("exec", container, "sh", "-c", $"mkdir -p /opt/{deep}; echo hi > /opt/{deep}/file");
        byte[] archive = await engine.Api.Http.GetByteArrayAsync($"/containers/{container}/archive?path=/opt");
        await File.WriteAllBytesAsync(scratch["tar"], archive);
        Assert.DoesNotContain("PaxHeader", Encoding.Latin1.GetString(archive));
        Assert.Equal($"opt/{deep}/file", await scratch.Shell("tar -tf tar | tail -n 1"));
        byte[] export = await engine.Api.Http.GetByteArrayAsync($"/containers/{container}/export");
        Assert.DoesNotContain("mtime=", Encoding.Latin1.GetString(export));
    }

    [Theory, EveryEngine]
    public async Task WhatCannotBeCopiedIsSaid(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        await scratch.Shell("mkdir d; echo f > f");
        string container = await engine.RunIdle("--network", "none");
        async Task Refused(string text, params string[] arguments)
        {
            Command.Result result = await engine.Run(["cp", .. arguments]);
            Assert.True(result.Code == 1, $"cp {string.Join(' ', arguments)}: {result.Code} {result.All}");
            Assert.Contains(text, result.Error);
        }
        await Refused($"Could not find the file /nope in container {container}", $"{container}:/nope", scratch["x"]);
        await Refused("cannot copy directory", $"{container}:/etc", scratch["f"]);
        await Refused("cannot copy directory", scratch["d"], $"{container}:/etc/passwd");
        await Refused("no such file or directory", scratch["none"], $"{container}:/tmp");
        await Refused("copying between containers is not supported", $"{container}:/etc/passwd", $"{container}:/tmp");
        await Refused("must specify at least one container source", "a", "b");
        await Refused("no such directory", scratch["f"], $"{container}:/tmp/nodir/");
        await Refused("No such container: zz", "zz:/x", scratch["x"]);
        await Refused($"invalid output path: directory \"{scratch["none"]}\" does not exist", $"{container}:/etc/passwd",
            scratch["none/x"]);
        await Refused("Could not find the file /nope", scratch["f"], $"{container}:/nope/x");
        await Refused("extraction point is not a directory", scratch["f"], $"{container}:/etc/passwd/x");
        await Refused("no such directory", scratch["f"], $"{container}:/etc/passwd/");
        await Refused("not a directory", $"{container}:/etc/passwd/", scratch["x"]);
    }

    [Theory, EveryEngine]
    public async Task AReadOnlyRootTakesNothingButItsVolumesDo(string name)
    {
        await using Engine engine = await Use(name);
        using Scratch scratch = new();
        await scratch.Shell("echo f > f");
        string container = await engine.RunIdle("--network", "none", "--read-only", "-v", "/vol");
        Command.Result refused = await engine.Run("cp", scratch["f"], $"{container}:/tmp/f");
        Assert.Equal(1, refused.Code);
        Assert.Contains("container rootfs is marked read-only", refused.Error);
        await engine.Ok("cp", scratch["f"], $"{container}:/vol/f");
        Assert.Equal("f", await engine.Ok("exec", container, "cat", "/vol/f"));
    }

    [Theory, EveryEngine]
    public async Task StatusOfAPath(string name)
    {
        await using Engine engine = await Use(name);
        string container = engine.NewName();
        await engine.Ok("run", "--network", "none", "--name", container, "busybox", "sh", "-c",
            "mkdir -p /data/x; echo hi > /data/x/f; touch -d @1000000000 /data/x/f; chmod 4750 /data/x/f; ln -s f /data/x/l; ln -s "
                + "/nowhere /dang");
        async Task<string> Status(string path)
        {
            using HttpRequestMessage request = new(HttpMethod.Head, $"/containers/{container}/archive?path={path}");
            using HttpResponseMessage answer = await engine.Api.Http.SendAsync(request);
            if (!answer.IsSuccessStatusCode) return $"{(int)answer.StatusCode}";
            JsonNode status = JsonNode.Parse(
                Encoding.UTF8.GetString(Convert.FromBase64String(answer.Headers.GetValues("X-Docker-Container-Path-Stat").Single())))!;
            return $"{status["name"]} {(uint)status["mode"]!:x} {status["linkTarget"]}";
        }
        Assert.Equal("/ 800001ed ", await Status("/"));
        Assert.Equal(". 800001ed ", await Status("/data/."));
        Assert.Equal("data 800001ed ", await Status("data/"));
        Assert.Equal("f 8001e8 ", await Status("/data/x/f"));
        Assert.Equal("l 80001ff /data/x/f", await Status("/data/x/l"));
        Assert.Equal("dang 80001ff /nowhere", await Status("/dang"));
        Assert.Equal("passwd 1a4 ", await Status("/etc/../data/../etc/passwd"));
        Assert.Equal("404", await Status("/dang/"));
        Assert.Equal("404", await Status("/nope"));
        Assert.Equal("400", await Status(""));
    }

    private static async Task<string> Read(Engine engine, string container, string path, Scratch scratch)
    {
        await engine.Ok("cp", $"{container}:{path}", scratch["read"]);
        return await scratch.Shell("cat read");
    }
}
