using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds.Differential;

/// <summary>The same Dockerfile and context, built by the stock client on our daemon and on Debian's: what is told, what is in the image
/// and what its configuration says are the same.</summary>
public sealed partial class DifferentialTests(SharedDaemons daemons) : IDisposable
{
    private static int _names;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>Those for each run, or those that <c>GANTRY_BUILD_COMPARED</c> names: <c>all</c>, or a part of their names.</summary>
    public static TheoryData<string> Names => new(ComparedFile.Names.Where(name =>
        Environment.GetEnvironmentVariable("GANTRY_BUILD_COMPARED") is { Length: > 0 } asked
            ? asked == "all" || name.Contains(asked, StringComparison.Ordinal) : new ComparedFile(name).IsAlways));

    [Theory, MemberData(nameof(Names))]
    public async Task IsBuiltAsDockerDoes(string name)
    {
        Engine.SkipUnlessInstalled("dockerd");
        await using Engine ours = new("docker", await daemons.Of(DaemonKind.Gantry));
        await using Engine theirs = new("dockerd", await daemons.Of(DaemonKind.Docker));
        ComparedFile file = new(name);
        string tag = $"differential-{Interlocked.Increment(ref _names)}", theirTag = $"{tag}-buildkit";
        await MakeContext(file.Text, file.Script);
        string first = $"--no-cache {file.Options}";
        string? client = file.IsForBuildKit ? await BuildKitClient.Find() : null, buildKit = file.IsAlways ? null : client;
        if (!file.IsForClassic) Assert.SkipWhen(buildKit is null, "no client is installed that builds with BuildKit by itself");

        string told = await Build(ours, tag, first);
        BuiltImage built = await BuiltImage.ReadAsync(ours, tag);
        if (client is not null)
        {
            // The other door of the same builder.
            (await Run(client, "1", ours, theirTag, first)).Succeeded();
            built.IsLike(await BuiltImage.ReadAsync(ours, theirTag), "our daemon with a session");
        }
        if (buildKit is not null)
        {
            (await Run(buildKit, "1", theirs, theirTag, first)).Succeeded();
            built.IsLike(await BuiltImage.ReadAsync(theirs, theirTag), "BuildKit");
        }
        if (file.IsForClassic)
        {
            string expected = await Build(theirs, tag, first);
            Assert.Equal(expected, told);
            built.IsLike(await BuiltImage.ReadAsync(theirs, tag), "the classic builder");
        }
        if (file.IsAlways)
        {
            // Again: all of it is known. dockerd was seen to miss its own cache on a busy machine.
            string again = await Build(ours, tag), known = "";
            await Eventually.True(async () => !(known = await Build(theirs, tag)).Contains("Running in", StringComparison.Ordinal),
                "dockerd knows what it has built");
            Assert.Equal(known, again);
        }
        foreach (Engine engine in (Engine[])[ours, theirs]) await engine.Run("rmi", "-f", tag, theirTag);
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

    /// <param name="script">Done there by a shell before all times are set.</param>
    private async Task MakeContext(string dockerfile, string script = "")
    {
        await _scratch.Shell($"{AppContext.BaseDirectory}/Builds/Differential/make-context c");
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile + "\n");
        // Another time for each: BuildKit takes a file for the one of the last build whose size and time it has.
        await _scratch.Shell($"cd c; {(script.Length > 0 ? script : "true")}; "
            + $"find . -exec touch -h -d @{1_500_000_000 + Interlocked.Increment(ref _names)} {{}} +");
    }

    private Task<Command.Result> Run(Engine engine, string tag, string options = "") => Run(engine.Client, "0", engine, tag, options);

    private Task<Command.Result> Run(string client, string buildKit, Engine engine, string tag, string options) => Command.Run("sh",
        ["-ec", $"\"$0\" -H \"$1\" build -t \"$2\" {options} c", client, engine.Daemon.Host, tag], "", directory: _scratch.Path,
        environment: new Dictionary<string, string?>
        {
            ["DOCKER_BUILDKIT"] = buildKit, ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration",
        });

    private async Task<string> Build(Engine engine, string tag, string options = "") =>
        Plain((await Run(engine, tag, options)).Succeeded());

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
