namespace Gantry.Base.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-atomic-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory, InlineData(true), InlineData(false)]
    public void WhoHasItOpenSeesTheOldOneWhole(bool durable)
    {
        string path = $"{_root}/file";
        AtomicFile.Write(path, "old"u8, durable);
        using StreamReader before = new(path);
        AtomicFile.Write(path, "new"u8, durable);
        Assert.Equal(("old", "new"), (before.ReadToEnd(), File.ReadAllText(path)));
        Assert.Equal([path], Directory.GetFiles(_root));
    }

    [Fact]
    public void WhatCannotBeWrittenLeavesNothing()
    {
        // Nothing can be renamed over a directory, and a longer name than that of this one cannot be.
        string path = $"{_root}/{new string('x', 248)}";
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(path, "new"u8));
        Assert.Empty(Directory.GetFiles(_root));
    }

    [Theory, InlineData(true), InlineData(false)]
    public void ADirectoryInItsPlaceIsSetAside(bool durable)
    {
        Directory.CreateDirectory($"{_root}/file/inside");
        AtomicFile.Write($"{_root}/file", "new"u8, durable);
        Assert.Equal("new", File.ReadAllText($"{_root}/file"));
        Assert.True(Directory.Exists($"{_root}/file{JsonFile.Aside}/inside"));
    }

    /// <summary>A writer that lives may be about to rename its file; names of other kinds are nobody's rest.</summary>
    [Fact]
    public void OnlyWhatDeadWritersLeftIsSwept()
    {
        string dead = $"{_root}/a.json.7fffffff-1.tmp", durable = $"{_root}/b.json.4.tmp", lives = $"{_root}/c.json.1-2.tmp",
            others = $"{_root}/d.tmp";
        foreach (string path in (string[])[dead, durable, lives, others]) File.WriteAllText(path, "");
        AtomicFile.Sweep(_root);
        Assert.Equal([lives, others], Directory.GetFiles(_root).Order());
    }
}
