using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Build.Configuration;
using Gantry.Oci.Image;

namespace Gantry.Build.Tests.Configuration;

/// <summary>
/// <c>accepted/CASE</c>: an <c>input</c>, the <c>config</c> that it changes (none is an empty one) and what is <c>expected</c>;
/// <c>refused/CASE</c>: an <c>input</c> and the message. What is expected is what dockerd 20.10 answers, but for the signals and the newer
/// forms of substitution, which it does not take yet, and for its capital letters.
/// </summary>
public sealed class ImageChangesTests
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Configuration/testfiles");

    public static TheoryData<string> Accepted => Cases("accepted");
    public static TheoryData<string> Refused => Cases("refused");

    private static TheoryData<string> Cases(string kind) =>
        new(Directory.EnumerateDirectories(Path.Combine(Files, kind)).Select(path => Path.GetFileName(path)!)
            .Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Accepted))]
    public void GivesTheConfiguration(string name)
    {
        string directory = Path.Combine(Files, "accepted", name), before = Path.Combine(directory, "config");
        ImageConfig config = File.Exists(before) ? JsonSerializer.Deserialize<ImageConfig>(File.ReadAllText(before))! : new ImageConfig();
        ImageConfig changed = ImageChanges.Apply(config, [Read(directory, "input")]);
        Assert.Equal(Lines(JsonNode.Parse(Read(directory, "expected"))!.AsObject()),
            Lines(JsonSerializer.SerializeToNode(changed)!.AsObject()));
    }

    [Theory, MemberData(nameof(Refused))]
    public void SaysWhyNot(string name)
    {
        string directory = Path.Combine(Files, "refused", name);
        GantryException refused = Assert.Throws<GantryException>(() => ImageChanges.Apply(new ImageConfig(), [Read(directory, "input")]));
        Assert.Equal((ErrorKind.InvalidArgument, Read(directory, "expected").TrimEnd('\n')), (refused.Kind, refused.Message));
    }

    [Fact]
    public void ChangesAreOneFile() =>
        Assert.Equal(["A=1", "B=2", "C=1"], ImageChanges.Apply(new ImageConfig(), ["ENV A=1 \\", "B=2", "ENV C=$A"]).Env);

    [Fact]
    public void EachInstructionChangesWhatIsItsOwn()
    {
        ImageConfig config = ImageChanges.Apply(new ImageConfig(), ["CMD [\"a\", \"b\"]", "ENTRYPOINT run me", "ENV A=1 B=\"2 3\"",
            "env A 5 6", "EXPOSE 80 53/udp", "LABEL x=y", "USER 5:6", "WORKDIR /w", "STOPSIGNAL SIGINT",
            "HEALTHCHECK --interval=1m30.000000007s --retries=3 CMD curl x"]);
        Assert.Equal(["a", "b"], config.Cmd!);
        Assert.Equal(["/bin/sh", "-c", "run me"], config.Entrypoint!);
        Assert.Equal(["A=5 6", "B=2 3"], config.Env!);
        Assert.Equal(["80/tcp", "53/udp"], config.ExposedPorts!.Keys);
        Assert.Equal(("5:6", "/w", "SIGINT", "y"), (config.User, config.WorkingDir, config.StopSignal, config.Labels!["x"]));
        Assert.Equal(90_000_000_007, config.Healthcheck!.Interval);
        Assert.Equal(["CMD-SHELL", "curl x"], config.Healthcheck.Test!);
    }

    /// <summary>Many long values in one line never get as far as being put together.</summary>
    [Theory]
    [InlineData("ENV B=\"", 30_000, "\"")]
    [InlineData("ENV B=${A//a/", 1, "}")]
    [InlineData("ENV B=", 30_000, "")]
    public void NoValueGrowsWithoutEnd(string before, int times, string after)
    {
        ImageConfig config = new() { Env = [$"A={new string('a', 100_000)}"] };
        string line = before + string.Concat(Enumerable.Repeat("$A", times)) + after;
        long start = GC.GetAllocatedBytesForCurrentThread();
        GantryException refused = Assert.Throws<GantryException>(() => ImageChanges.Apply(config, [line]));
        Assert.Contains("the value is longer than 131072 characters", refused.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - start, 0, 64 << 20);
    }

    [Fact]
    public void NoChangesChangeNothing()
    {
        ImageConfig config = new() { User = "u" };
        Assert.Same(config, ImageChanges.Apply(config, []));
    }

    [Fact]
    public void WhateverComesIsAppliedOrRefused()
    {
        string[] files = [.. Directory.EnumerateFiles(Files, "input", SearchOption.AllDirectories).Select(File.ReadAllText)];
        const string signs = "\\\"'${}[]#:-+?/%`=\n\r\t ,\0";
        Random random = new(20);
        for (int i = 0; i < 20_000; i++)
        {
            char[] text = files[random.Next(files.Length)].ToCharArray();
            for (int change = random.Next(4); change > 0 && text.Length > 0; change--)
                text[random.Next(text.Length)] = signs[random.Next(signs.Length)];
            string input = new(text, 0, random.Next(8) == 0 ? random.Next(text.Length + 1) : text.Length);
            try
            {
                ImageChanges.Apply(new ImageConfig(), [input]);
            }
            catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument)
            {
                // The other of the two.
            }
        }
    }

    private static string Read(string directory, string name) => File.ReadAllText(Path.Combine(directory, name));

    /// <summary>One line a field, those left out that say nothing; lists whose order means nothing in one order.</summary>
    private static IEnumerable<string> Lines(JsonObject config) => config
        .Where(field => field.Value is not (null or JsonValue) && field.Value.ToJsonString() is not ("[]" or "{}")
        || field.Value is JsonValue text && text.ToJsonString() is not ("\"\"" or "false" or "0"))
        .Select(field => $"{field.Key}: {Ordered(field.Value!)}").Order(StringComparer.Ordinal);

    private static string Ordered(JsonNode node) => node is JsonObject map
        ? string.Join(", ", map.Where(entry => entry.Value is not JsonValue zero || zero.ToJsonString() != "0")
        .OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value?.ToJsonString()}"))
        : node.ToJsonString();
}
