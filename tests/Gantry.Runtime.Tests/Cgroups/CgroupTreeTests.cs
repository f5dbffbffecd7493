using Gantry.Linux.Trees;
using Gantry.Linux.Cgroups;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Tests.Cgroups;

/// <summary>Control groups have the names and the depth that containers give them; any file system will do here.</summary>
public sealed class CgroupTreeTests : IDisposable
{
    private readonly string _top = Directory.CreateTempSubdirectory("gantry-groups-").FullName;

    [Fact]
    public void EveryNameAndDepthIsVisitedAndRemoved()
    {
        const int Depth = 3000;
        DirectoryHandle here = DirectoryHandle.Open(_top);
        for (int i = 0; i < Depth; i++)
        {
            // No UTF-8, and together far longer than a path may be.
            byte[] name = [.. "deep"u8, 0xFF, (byte)(0x80 + i % 64)];
            Assert.Equal(0, here.TryMakeDirectory(name, 0x1ED));
            Assert.Equal(0, here.TryMakeDirectory([.. "beside"u8, 0xFE], 0x1ED));
            Assert.Equal(0, here.TryOpen(name, out DirectoryHandle? next));
            here.Dispose();
            here = next!;
        }
        here.Dispose();
        int visited = 0;
        CgroupTree.Visit(_top, path =>
        {
            Assert.True(Directory.Exists(path));
            visited++;
        });
        Assert.Equal(1 + 2 * Depth, visited);
        CgroupTree.RemoveBelow(_top);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_top));
    }

    [Fact]
    public void WhatIsNotThereIsNoFailure() => CgroupTree.Visit($"{_top}/gone", _ => Assert.Fail("nothing is there"));

    [Fact]
    public void WhatIsRemovedMeanwhileIsPassedOver()
    {
        Directory.CreateDirectory($"{_top}/a/below");
        Directory.CreateDirectory($"{_top}/b");
        List<string> visited = [];
        CgroupTree.Visit(_top, path =>
        {
            string real = LinuxFile.ReadLink(path);
            visited.Add(real);
            if (real != _top) Directory.Delete(real, recursive: true);
        });
        Assert.Equal([_top, $"{_top}/a", $"{_top}/b"], visited.Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_top);
}
