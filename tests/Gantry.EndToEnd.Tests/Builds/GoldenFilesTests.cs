using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;

namespace Gantry.EndToEnd.Builds;

/// <summary>The files by which the language is tested (<c>tests/Gantry.Build.Tests/Dockerfile/testfiles</c>), given to dockerd: it refuses
/// in the same words what is refused there, and takes what is accepted.</summary>
public sealed class GoldenFilesTests(SharedDaemons daemons)
{
    private static readonly string Files = Path.Combine(Programs.Repository, "tests/Gantry.Build.Tests/Dockerfile/testfiles");

    /// <summary>Of these dockerd 20.10 knows nothing yet, or they say something of ours.</summary>
    private static readonly string[] Newer = ["heredoc", "checksum", "keep", "unpack", "link", "exclude", "parents", "start-interval",
        "network", "security", "device", "-env", "run-mount-secret", "run-mount-size", "run-mount-tmpfs", "run-mount-other-key",
        "run-mount-no-target", "run-mount-empty-target", "run-mount-source-of-tmpfs", "run-mount-from-secret", "run-mount-quote", "nul",
        "copy-flags", "add-flags", "run-flags-all", "healthcheck-all-flags", "unknown-directive",
        "last-line-continues", "comment-at-end"];

    /// <summary>A file of arguments alone ends dockerd 20.10.</summary>
    private static readonly string[] Deadly = ["arguments-alone", "arguments-before-from"];

    private static IEnumerable<string> Cases(string kind) => Directory.EnumerateDirectories(Path.Combine(Files, kind))
        .Where(path => !Newer.Any(word => Path.GetFileName(path).Contains(word, StringComparison.Ordinal))
            && !Deadly.Contains(Path.GetFileName(path)) && Path.GetFileName(path) is not ("empty" or "healthcheck"));

    [Fact]
    public async Task DockerRefusesInTheSameWords()
    {
        Engine.SkipUnlessInstalled("dockerd");
        using ApiClient api = new((await daemons.Of(DaemonKind.Docker)).Socket);
        List<string> other = [];
        foreach (string path in Cases("refused"))
        {
            string expected = (await File.ReadAllTextAsync(Path.Combine(path, "expected"))).Split("\n\n")[0];
            string said = await Said(api, path);
            if (said != expected && said != $"failed to parse Dockerfile: {expected}")
                other.Add($"{Path.GetFileName(path)}: {said}\n  instead of {expected}");
        }
        Assert.Empty(other);
    }

    [Fact]
    public async Task DockerTakesWhatIsAccepted()
    {
        Engine.SkipUnlessInstalled("dockerd");
        using ApiClient api = new((await daemons.Of(DaemonKind.Docker)).Socket);
        List<string> other = [];
        foreach (string path in Cases("accepted"))
        {
            // It has read all that stands before when it says this, and has built nothing yet.
            string said = await Said(api, path, "\n\nNOSUCH\n");
            if (!said.EndsWith("unknown instruction: NOSUCH", StringComparison.Ordinal)) other.Add($"{Path.GetFileName(path)}: {said}");
        }
        Assert.Empty(other);
    }

    /// <returns>Why it is not built.</returns>
    private static async Task<string> Said(ApiClient api, string path, string more = "")
    {
        MemoryStream context = new();
        await using (TarWriter writer = new(context, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile")
            {
                DataStream = new MemoryStream([.. await File.ReadAllBytesAsync(Path.Combine(path, "Dockerfile")),
                    .. Encoding.UTF8.GetBytes(more)]),
            });
        }
        context.Position = 0;
        using HttpResponseMessage answer = await api.Http.PostAsync("/build", new StreamContent(context));
        string body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) return JsonNode.Parse(body)!["message"]!.GetValue<string>();
        return body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!["error"]?.GetValue<string>())
            .LastOrDefault(error => error is not null) ?? "";
    }
}
