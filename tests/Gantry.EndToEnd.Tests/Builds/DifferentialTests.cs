using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>The same Dockerfile and context, built by the stock client on our daemon and on Debian's: what is told, what is in the image
/// and what its configuration says are the same.</summary>
public sealed partial class DifferentialTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private const string ConfigTemplate = "{{json .Config.Env}} {{json .Config.Cmd}} {{json .Config.Entrypoint}} "
        + "{{json .Config.WorkingDir}} {{json .Config.User}} {{json .Config.Labels}} {{json .Config.ExposedPorts}} "
        + "{{json .Config.Volumes}} "
        + "{{json .Config.OnBuild}} "
        + "{{json .Config.StopSignal}} {{json .Config.Healthcheck}} {{json .Config.Shell}} {{json .Author}}";

    private static readonly Dictionary<string, string> Cases = new()
    {
        ["env"] = "FROM busybox\nENV A=1 B=\"two words\" C='$A'\nENV D $A and $B\n"
            + "ENV E=${NONE:-default} F=${A:+set} G=\\$A\nRUN env | grep -v HOSTNAME | sort > /env",
        ["arg"] = "ARG TAG=latest\nFROM busybox:$TAG\nARG X=1\nARG Y\nARG TAG\n"
            + "RUN echo $X-$Y-$TAG > /said\nENV X=2\nRUN echo $X >> /said",
        ["shell forms"] = "FROM busybox\nRUN [\"/bin/sh\", \"-c\", \"echo exec > /a\"]\nRUN echo shell > /b && \\\n  echo more >> /b\n"
            + "# a comment\nRUN echo 'quoted \"text\"' >> /b\nCMD echo $HOME",
        ["entrypoint resets"] = "FROM busybox\nCMD [\"a\"]\nENTRYPOINT [\"b\", \"c\"]",
        ["entrypoint shell"] = "FROM busybox\nENTRYPOINT exec top -b\nCMD ignored",
        ["workdir"] = "FROM busybox\nWORKDIR /a\nWORKDIR b\nWORKDIR c\nRUN pwd > where\nENV D=/x\nWORKDIR $D/y\nRUN pwd > where",
        ["user"] = "FROM busybox\nRUN echo 'u:x:1234:1235::/:/bin/sh' >> /etc/passwd; echo 'g:x:1235:' >> /etc/group; mkdir -m 777 /w\n"
            + "USER u\nRUN id > /w/id\nUSER 7:8\nRUN id > /w/id2",
        ["copy files"] = "FROM busybox\nCOPY a.txt /\nCOPY a.txt /x/y/\nCOPY a.txt /z\nCOPY a.txt b.txt dir/ /many/\nCOPY *.txt /globbed/\n"
            + "COPY a*.txt /one",
        ["copy directory"] = "FROM busybox\nCOPY dir /d1\nCOPY dir/ /d2/\nCOPY . /all\nCOPY dir/sub/../a /up\nRUN rm -r /all/dir",
        ["copy relative"] = "FROM busybox\nWORKDIR /w\nCOPY a.txt .\nCOPY a.txt named\nCOPY dir ./\nCOPY [\"a.txt\", \"with space\"]",
        ["copy over"] = "FROM busybox\nRUN mkdir -p /t/dir && echo old > /t/a.txt && chmod 600 /t/a.txt && ln -s t /l && "
            + "chown 5:6 /t\n"
            + "COPY a.txt /t/\nCOPY dir /l/dir\nCOPY dir/a /l/",
        ["copy chown"] = "FROM busybox\nRUN echo 'u:x:1234:1235::/:/bin/sh' >> /etc/passwd; echo 'u:x:1235:' >> /etc/group; "
            + "echo 'g:x:77:' >> /etc/group\n"
            + "COPY --chown=u a.txt /1\nCOPY --chown=u:g a.txt /2\nCOPY --chown=9 dir /3\nCOPY --chown=7:g a.txt /n/4",
        ["copy links"] = "FROM busybox\nCOPY link /followed\nCOPY dirlink /dirfollowed\nCOPY linked /linked",
        ["add archive"] = "FROM busybox\nADD archive.tar /unpacked\nADD archive.tar.gz /unpacked2/\n"
            + "COPY archive.tar /kept\nADD a.txt /added",
        ["stages"] = "FROM busybox AS one\nRUN echo one > /one\nFROM busybox AS two\nCOPY --from=one /one /two\nFROM one\n"
            + "COPY --from=two /two /\nCOPY --from=0 /one /again\nCOPY --from=busybox /etc/passwd /pw",
        ["labels"] = "FROM busybox\nLABEL a=b \"c d\"=\"e f\" multi=\"one \\\ntwo\"\nLABEL old style\nMAINTAINER some body <x@y>",
        ["ports and volumes"] = "FROM busybox\nEXPOSE 80 443/tcp 53/udp\nEXPOSE 8000-8002\n"
            + "VOLUME /v /w\nVOLUME [\"/x\"]\nSTOPSIGNAL SIGINT",
        ["health"] = "FROM busybox\nHEALTHCHECK --interval=5s --timeout=3s --retries=2 CMD test -f /x || exit 1",
        ["no health"] = "FROM busybox\nHEALTHCHECK NONE\nSHELL [\"/bin/sh\", \"-euc\"]\nRUN echo x > /x\nCMD echo y",
        ["onbuild"] = "FROM busybox\nONBUILD RUN echo triggered > /t\nONBUILD COPY a.txt /\nCMD [\"x\"]",
        ["scratch"] = "FROM scratch\nCOPY dir /\nCMD [\"/a\"]",
        ["removal"] = "FROM busybox\nRUN mkdir /d && touch /d/1 /d/2\nRUN rm /d/1\nRUN rm -r /d && mkdir /d && touch /d/3",
        ["modes and links"] = "FROM busybox\nRUN touch /a && chmod 4755 /a && ln /a /b && ln -s a /c && mkfifo /f && "
            + "mkdir -m 1777 /tmp2 && mknod /n c 1 3 || true",
        ["nothing"] = "FROM busybox\nRUN true",
    };

    public static TheoryData<string> Names => new(Cases.Keys);

    [Theory, MemberData(nameof(Names))]
    public async Task IsBuiltAsDockerDoes(string name)
    {
        Engine.SkipUnlessInstalled("dockerd");
        await using Engine ours = new("docker", await daemons.Of(DaemonKind.Gantry));
        await using Engine theirs = new("dockerd", await daemons.Of(DaemonKind.Docker));
        string tag = $"differential-{Interlocked.Increment(ref _names)}";
        await MakeContext(Cases[name]);
        string told = await Build(ours, tag), expected = await Build(theirs, tag);
        Assert.Equal(expected, told);
        Assert.Equal(await theirs.Ok("image", "inspect", "-f", ConfigTemplate, tag),
            await ours.Ok("image", "inspect", "-f", ConfigTemplate, tag));
        Assert.Equal(await BuiltTree.ListAsync(theirs, tag), await BuiltTree.ListAsync(ours, tag));
        // Again: all of it is known. dockerd was seen to miss its own cache on a busy machine.
        string again = await Build(ours, tag), known = "";
        await Eventually.True(async () => !(known = await Build(theirs, tag)).Contains("Running in", StringComparison.Ordinal),
            "dockerd knows what it has built");
        Assert.Equal(known, again);
        foreach (Engine engine in (Engine[])[ours, theirs]) await engine.Run("rmi", "-f", tag);
    }

    public static TheoryData<string, string> Failing => new()
    {
        { "FROM busybox\nRUN echo out; echo err >&2; exit 7", "a command fails" },
        { "FROM busybox\nRUN [\"nosuch\"]", "no such command" },
        { "FROM busybox\nCOPY nosuch /", "no such file" },
        { "FROM busybox\nCOPY nosuch* /", "no such files" },
        { "FROM busybox\nCOPY a.txt b.txt /x", "several into a file" },
        { "FROM busybox\nCOPY *.txt /x", "a pattern's several into a file" },
        { "FROM busybox\nRUN mkdir /x\nCOPY *.txt /x", "a pattern's several into a directory without a slash" },
        { "FROM busybox\nADD *.txt /x", "a pattern's several added to a file" },
        { "FROM busybox AS a\nCOPY *.txt /q/\nFROM busybox\nCOPY --from=a /q/*.txt /x", "a pattern's several of a stage" },
        { "FROM busybox\nRUNN x", "unknown instruction" },
        { "RUN x", "no FROM" },
        { "", "empty" },
        { "FROM scratch", "nothing is made" },
        { "FROM busybox\nCOPY --from=1 /a /", "a stage that is not there" },
        { "FROM busybox\nUSER nosuch\nRUN id", "no such user" },
        { "FROM busybox\nENV A", "half an ENV" },
        { "FROM busybox\nCOPY ../outside /", "outside of the context" },
    };

    [Theory, MemberData(nameof(Failing))]
    public async Task FailsAsDockerDoes(string dockerfile, string why)
    {
        Engine.SkipUnlessInstalled("dockerd");
        await using Engine ours = new("docker", await daemons.Of(DaemonKind.Gantry));
        await using Engine theirs = new("dockerd", await daemons.Of(DaemonKind.Docker));
        await MakeContext(dockerfile);
        Command.Result here = await Run(ours, "failing"), there = await Run(theirs, "failing");
        Assert.True((here.Code, Plain(here.Error)) == (there.Code, Plain(there.Error)),
            $"{why}:\n{here.Code} {here.Error}\ninstead of\n{there.Code} {there.Error}");
    }

    [Fact]
    public async Task WhatACommandSaysOfItsErrorsIsToldAsDockerTellsIt()
    {
        Engine.SkipUnlessInstalled("dockerd");
        await using Engine ours = new("docker", await daemons.Of(DaemonKind.Gantry));
        await using Engine theirs = new("dockerd", await daemons.Of(DaemonKind.Docker));
        await MakeContext("FROM busybox\nRUN echo err >&2; exit 7");
        string told = Plain((await Run(ours, "failing")).Output);
        Assert.Contains("err", told);
        Assert.Equal(Plain((await Run(theirs, "failing")).Output), told);
    }

    private async Task MakeContext(string dockerfile)
    {
        await _scratch.Shell("rm -rf c; mkdir -p c/dir/sub c/linked; cd c; echo a > a.txt; echo b > b.txt; chmod 640 b.txt; "
            + "echo da > dir/a; echo s > dir/sub/s; chmod 700 dir/sub; ln -s a.txt link; ln -s dir dirlink; "
            + "ln -s ../a.txt linked/up; ln a.txt linked/hard; "
            + "mkdir t; echo in > t/in; chmod 750 t; tar --owner=11 --group=12 -cf archive.tar t; tar -czf archive.tar.gz t; rm -r t; "
            + "find . -exec touch -h -d 2020-01-02T03:04:05Z {} +");
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile + "\n");
    }

    private Task<Command.Result> Run(Engine engine, string tag) => Command.Run("env",
        ["DOCKER_BUILDKIT=0", engine.Client, "-H", engine.Daemon.Host, "build", "-t", tag, _scratch["c"]], "",
        environment: new Dictionary<string, string?> { ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" });

    private async Task<string> Build(Engine engine, string tag) => Plain((await Run(engine, tag)).Succeeded());

    /// <summary>Without what is another one each time.</summary>
    private static string Plain(string output) =>
        Frame().Replace(Deprecation().Replace(Identifiers().Replace(output, "ID"), ""), "").TrimEnd().Replace(": unknown", "");

    /// <summary>Each runtime has one of its own.</summary>
    [GeneratedRegex("failed to create (shim task: OCI runtime create failed: runc create failed|task for container): ")]
    private static partial Regex Frame();

    [GeneratedRegex(@"\b[0-9a-f]{12}\b|\b[0-9a-f]{64}\b")]
    private static partial Regex Identifiers();

    [GeneratedRegex(@"DEPRECATED: [^\n]*\n[^\n]*\n[^\n]*\n\n?")]
    private static partial Regex Deprecation();
}
