using System.Collections.Concurrent;
using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Gantry.EndToEnd.Daemons;
using Gantry.EndToEnd.Engines;
using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Builds;

/// <summary>The tables by which words and patterns are tested (<c>tests/Gantry.Build.Tests/Dockerfile/Tables</c>), given to Docker.
/// </summary>
public sealed class TableTests(SharedDaemons daemons) : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    private static List<string[]> Rows(string name) =>
        [.. File.ReadLines(Path.Combine(Programs.Repository, "tests/Gantry.Build.Tests/Dockerfile/Tables", name))
            .Where(line => !line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Split('\t'))];

    [Fact]
    public async Task WordsBecomeTheSame()
    {
        Engine.SkipUnlessInstalled("dockerd");
        using ApiClient api = new((await daemons.Of(DaemonKind.Docker)).Socket);
        List<string[]> rows = [.. Rows("expansion").Where(row => row.Length == 2)];
        List<string[]> good = [.. rows.Where(row => !row[1].StartsWith("! ", StringComparison.Ordinal))];
        List<string> other = [];
        string image = await BuildAsync(api, string.Join(' ', good.Select((row, i) => $"R{i}={row[0]}")));
        Dictionary<string, string> values = (await api.Get($"/images/{image}/json")).Json["Config"]!["Env"]!.AsArray()
            .Select(entry => entry!.GetValue<string>().Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        for (int i = 0; i < good.Count; i++)
            if (values[$"R{i}"] != good[i][1]) other.Add($"{good[i][0]} becomes {values[$"R{i}"]} instead of {good[i][1]}");
        foreach (string[] row in rows.Except(good))
            if (await BuildAsync(api, $"R={row[0]}") is var said && !said.EndsWith($"\": {row[1][2..]}", StringComparison.Ordinal))
                other.Add($"{row[0]} is answered with {said} instead of {row[1]}");
        Assert.Empty(other);
    }

    /// <param name="pairs">Of an <c>ENV</c>.</param>
    /// <returns>The image's identifier, or why there is none.</returns>
    private static async Task<string> BuildAsync(ApiClient api, string pairs)
    {
        MemoryStream context = new();
        await using (TarWriter writer = new(context, leaveOpen: true))
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"FROM scratch\nENV A=a E=\"\" S=\"x y\" N=12\nENV {pairs}\n")),
            });
        context.Position = 0;
        ApiClient.Answer answer = await api.Send(HttpMethod.Post, "/build?rm=1", new StreamContent(context));
        JsonNode[] lines = [.. answer.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
        return lines.Select(line => line["error"] ?? line["message"] ?? line["aux"]?["ID"]).Last(found => found is not null)!
            .GetValue<string>();
    }

    /// <summary>A client of either kind, which does it all by itself.</summary>
    [Theory]
    [InlineData("docker")]
    [InlineData("gantry")]
    public async Task PatternsLeaveOutTheSame(string client)
    {
        Engine.SkipUnlessInstalled(client);
        string program = client == "gantry" ? Programs.Gantry : Programs.Find("docker")!;
        await using ContextRecorder recorder = await ContextRecorder.StartAsync(_scratch["s"]);
        List<string[]> rows = [.. Rows("ignore").Where(row => row.Length == 3 || client == "gantry")];
        ConcurrentBag<string> other = [];
        await Parallel.ForEachAsync(rows.Index(), async (indexed, cancellation) =>
        {
            (int number, string[] row) = indexed;
            string name = $"row{number}", directory = _scratch[name], file = Path.Combine(directory, row[1]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, "", cancellation);
            await File.WriteAllTextAsync(Path.Combine(directory, ".dockerignore"), row[0].Replace('⏎', '\n'), cancellation);
            await File.WriteAllTextAsync(Path.Combine(directory, "Dockerfile"), "FROM scratch\n", cancellation);
            Command.Result said = await Command.Run(program, ["-H", $"unix://{_scratch["s"]}", "build", "-t", name, directory], "",
                environment: new Dictionary<string, string?> { ["DOCKER_BUILDKIT"] = "0", ["DOCKER_HOST"] = null });
            if (!recorder.Contexts.TryGetValue(name, out IReadOnlySet<string>? sent)) other.Add($"{row[0]}: {said.All}");
            else if (sent.Contains(row[1]) != (row[2] == "in")) other.Add(string.Join(" · ", row));
        });
        Assert.Empty(other);
    }
}
