using Gantry.Linux.Files;

namespace Gantry.Linux.Tests.Files;

public sealed class DiskSyncTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-sync-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void FilesAndDirectoriesAreSyncedTogetherAndAFileSystemThatCannotIsNoFailure()
    {
        File.WriteAllText($"{_root}/file", "content");
        DiskSync.All($"{_root}/file", _root, "/proc");
        DiskSync.All();
    }

    [Fact]
    public void WhatCannotBeSyncedIsNamed()
    {
        IOException failure = Assert.Throws<IOException>(() => DiskSync.All(_root, $"{_root}/nobody", _root));
        Assert.Contains($"{_root}/nobody", failure.Message);
        Assert.Contains("ENOENT", failure.Message);
    }
}
