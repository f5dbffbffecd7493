using Gantry.BuildKit.History;
using Gantry.BuildKit.Protocol.StatusApi;
using Google.Protobuf;

namespace Gantry.BuildKit.Tests.History;

public sealed class BuildRecorderTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-recorder-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static byte[] News(string step) =>
        new StatusResponse { Vertexes = { new Vertex { Digest = step, Name = step, Cached = true } } }.ToByteArray();

    [Fact]
    public async Task ABuildIsThereWithWhatWasToldOfIt()
    {
        BuildRecorder recorder = new(_directory, TimeProvider.System);
        using (RecordedBuild good = recorder.Begin("dockerfile.v0", new Dictionary<string, string> { ["target"] = "x" }, "image"))
        {
            good.Add(News("one"));
            good.Add(News("other"));
            good.Succeeded(new Dictionary<string, string> { ["a"] = "b" });
        }
        using (RecordedBuild bad = recorder.Begin("dockerfile.v0", new Dictionary<string, string>(), "tar")) bad.Failed(2, "why");
        // As the next daemon finds it.
        BuildHistory history = new(_directory);
        IReadOnlyList<BuildRecord> all = history.All(null);
        Assert.Equal((2, 2, "x", "b", "image"),
            (all[0].Steps, all[0].CachedSteps, all[0].Options["target"], all[0].Answers["a"], Assert.Single(all[0].Exports).Type));
        Assert.Equal((2, "why"), (all[1].Code, all[1].Error));
        using BuildNews news = history.Open(all[0].Name)!;
        List<string> told = [];
        await foreach (byte[] message in news.ReadAsync(TestContext.Current.CancellationToken))
            told.Add(Assert.Single(StatusResponse.Parser.ParseFrom(message).Vertexes).Name);
        Assert.Equal(["one", "other"], told);
    }

    [Fact]
    public void ADiskThatRefusesCostsNoBuild()
    {
        string file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        BuildRecorder recorder = new(Path.Combine(file, "history"), TimeProvider.System);
        using RecordedBuild build = recorder.Begin("dockerfile.v0", new Dictionary<string, string>(), "image");
        build.Add(News("one"));
        build.Succeeded(new Dictionary<string, string>());
    }
}
