using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>A build as somebody sees it who sits before it, and as a program that asks for its steps.</summary>
public sealed partial class LiveBuildTests(SharedDaemons daemons) : EngineTests(daemons), IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private async Task<string> Context(string dockerfile)
    {
        string directory = Directory.CreateDirectory(_scratch["c"]).FullName;
        await File.WriteAllTextAsync(_scratch["c/Dockerfile"], dockerfile);
        return directory;
    }

    [Fact]
    public async Task StepsThatGoOnSideBySideAreShownSideBySideAndThenFolded()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context("FROM busybox AS one\nRUN echo in-one; sleep 3; echo one > /f\nFROM busybox AS two\n"
            + "RUN echo in-two; sleep 3; echo two > /f\nFROM scratch\nCOPY --from=one /f /one\nCOPY --from=two /f /two\nENV A=1\n");
        await using Terminals.Terminal terminal = engine.StartInTerminal("build", "--no-cache", "-t", "live", context);
        await terminal.Shows(" => => # in-one");
        await terminal.Shows(" => => # in-two");
        Assert.Contains("[+] Building ", terminal.Screen);
        Assert.Contains("\e[", terminal.Screen);
        terminal.Resize(6, 30);
        Assert.Equal(0, await terminal.Ends());
        string last = Last(terminal.Screen);
        Assert.Matches(@"^\[\+\] Building \d+\.\ds \(\d+/\d+\)", last);
        // Where it is narrow, what is shown is short.
        Assert.All(last.Split('\n'), line => Assert.True(line.TrimEnd('\r').Length < 30, line));
        Assert.Contains(" => [one 2/2] RUN echo", last);
        Assert.Contains(" => [stage-2 2/2] COPY", last);
        Assert.DoesNotContain("# in-one", last);
        Assert.Contains("exporting to image", last);
        // Again: all of it is known.
        await using Terminals.Terminal again = engine.StartInTerminal("build", "-t", "live", context);
        Assert.Equal(0, await again.Ends());
        Assert.Contains(" => CACHED [stage-2 2/2] COPY --from=two /f /two", Last(again.Screen));
        await engine.Run("rmi", "-f", "live");
    }

    [Fact]
    public async Task WhatFailedIsTold()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context("FROM busybox\nRUN echo because; exit 3\n");
        await using Terminals.Terminal terminal = new(engine.Client, ["-H", engine.Daemon.Host, "build", "--progress=tty", context],
            new Dictionary<string, string?> { ["NO_COLOR"] = "1", ["DOCKER_CONFIG"] = "/tmp/ge/no-configuration" });
        Assert.Equal(3, await terminal.Ends());
        Assert.Matches(@" => ERROR \[2/2\] RUN echo because; exit 3 +\d\.\ds", terminal.Screen);
        Assert.Contains("------\r\n > [2/2] RUN echo because; exit 3:\r\nbecause\r\n------\r\n", terminal.Screen);
        Assert.Contains("returned a non-zero code: 3", terminal.Screen);
        // Nothing but movements of the cursor.
        Assert.DoesNotMatch(@"\e\[[0-9;]*m", terminal.Screen);
    }

    [Fact]
    public async Task WithoutATerminalThereIsTextAndATerminalThatIsAskedForIsMissed()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context("FROM busybox\nRUN echo x\n");
        Assert.Contains("Step 2/2 : RUN echo x", (await engine.Run("build", context)).Succeeded());
        Command.Result refused = await engine.Run("build", "--progress=tty", context);
        Assert.Equal(125, refused.Code);
        Assert.Contains("--progress=tty needs a terminal", refused.Error);
    }

    /// <summary>BuildKit's names, so that what reads buildx reads this.</summary>
    [Fact]
    public async Task AProgramGetsTheStepsAsJson()
    {
        await using Engine engine = await Use("gantry");
        string context = await Context("FROM busybox\nRUN echo said; echo wrong >&2\nENV A=1\nWORKDIR /w\n");
        string output = (await engine.Run("build", "--no-cache", "--progress=rawjson", context)).Succeeded();
        List<JsonElement> lines = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(
            line => JsonDocument.Parse(line).RootElement)];
        List<JsonElement> steps = [.. All("vertexes")];
        string[] names = [.. steps.Select(step => step.GetProperty("name").GetString()!).Distinct()];
        Assert.Equal(["[1/3] FROM busybox", "[2/3] RUN echo said; echo wrong >&2", "[3/3] WORKDIR /w", "exporting to image"],
            names.Where(name => !name.StartsWith("[internal]", StringComparison.Ordinal)));
        JsonElement run = steps.Last(step => step.GetProperty("name").GetString()!.StartsWith("[2/3]", StringComparison.Ordinal));
        Assert.True(run.GetProperty("started").GetDateTimeOffset() <= run.GetProperty("completed").GetDateTimeOffset());
        string digest = run.GetProperty("digest").GetString()!;
        Assert.Matches("^sha256:[0-9a-f]{64}$", digest);
        Assert.Equal(steps[0].GetProperty("digest").GetString(), run.GetProperty("inputs")[0].GetString());
        Assert.Equal(["1 said\n", "2 wrong\n"],
            All("logs").Where(log => log.GetProperty("vertex").GetString() == digest).Select(Said).Order());

        static string Said(JsonElement log) =>
            $"{log.GetProperty("stream").GetInt32()} {Encoding.UTF8.GetString(log.GetProperty("data").GetBytesFromBase64())}";

        IEnumerable<JsonElement> All(string kind) =>
            lines.SelectMany(line => line.TryGetProperty(kind, out JsonElement some) ? some.EnumerateArray() : []);
    }

    /// <summary>What the last drawing has, without colours.</summary>
    private static string Last(string screen)
    {
        string plain = Colours().Replace(screen, "");
        return plain[plain.LastIndexOf("[+] Building", StringComparison.Ordinal)..].Replace("\e[K", "").Replace("\e[J", "").TrimEnd();
    }

    [GeneratedRegex(@"\e\[[0-9;]*m")]
    private static partial Regex Colours();
}
