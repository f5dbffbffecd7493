using Gantry.BuildKit.History;

namespace Gantry.BuildKit.Tests.History;

public sealed class BuildHistoryTests : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"gantry-history-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static BuildRecord Record(string name) => new()
    {
        Name = name, Frontend = "", Options = new Dictionary<string, string>(), Exports = [], Created = DateTimeOffset.UtcNow,
    };

    /// <summary>A directory stands where the record would be: root may write everywhere else.</summary>
    [Fact]
    public void ADiskThatTakesNoRecordCostsNobodyTheBuild()
    {
        BuildHistory history = new(_directory);
        BuildRecord record = Record("b");
        history.Begin(record).Dispose();
        Directory.CreateDirectory(Path.ChangeExtension(Directory.GetFiles(_directory).Single(), ".json") + "/x");
        history.End(record with { Completed = DateTimeOffset.UtcNow }, keep: true);
        Assert.NotNull(history.All(null).Single().Completed);
    }

    [Fact]
    public void TheLastOnesStayAndThosePinned()
    {
        BuildHistory history = new(_directory);
        for (int number = 0; number < BuildHistory.Most + 10; number++)
        {
            BuildRecord record = Record($"{number}") with { Created = DateTimeOffset.UnixEpoch.AddSeconds(number) };
            history.Begin(record).Dispose();
            history.End(record with { Completed = record.Created }, keep: true);
            if (number == 3) history.Pin("3", isPinned: true);
        }
        string[] known = [.. new BuildHistory(_directory).All(null).Select(record => record.Name)];
        Assert.Equal(BuildHistory.Most + 1, known.Length);
        Assert.Equal(("3", "59"), (known[0], known[^1]));
    }
}
