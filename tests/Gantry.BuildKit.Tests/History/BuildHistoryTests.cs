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

    /// <summary>A link leads elsewhere, what a FIFO has is waited for, and a directory is no file.</summary>
    [Fact]
    public void WhatIsNoFileOfOursGoes()
    {
        BuildHistory history = new(_directory);
        BuildRecord[] records = [Record("a"), Record("b"), Record("c")];
        foreach (BuildRecord record in records)
        {
            history.Begin(record).Dispose();
            history.End(record with { Completed = DateTimeOffset.UtcNow }, keep: true);
        }
        string[] news = Directory.GetFiles(_directory, "*.news");
        foreach (string path in news) File.Delete(path);
        string elsewhere = Path.Combine(Path.GetTempPath(), $"gantry-elsewhere-{Guid.NewGuid():N}");
        File.WriteAllText(elsewhere, "somebody's");
        try
        {
            File.CreateSymbolicLink(news[0], elsewhere);
            using (System.Diagnostics.Process made = System.Diagnostics.Process.Start("mkfifo", news[1])) made.WaitForExit();
            Directory.CreateDirectory(news[2] + "/x");
            BuildHistory again = new(_directory);
            Assert.Equal(3, again.All(null).Count);
            foreach (BuildRecord record in records)
            {
                Assert.Null(again.Open(record.Name));
                using BuildNews begun = again.Begin(record);
                begun.Append("x"u8);
            }
            Assert.Equal("somebody's", File.ReadAllText(elsewhere));
        }
        finally
        {
            File.Delete(elsewhere);
        }
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
