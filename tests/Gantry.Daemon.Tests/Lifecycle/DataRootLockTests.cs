using Gantry.Daemon.Lifecycle;
using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Tests.Shared;

namespace Gantry.Daemon.Tests.Lifecycle;

public sealed class DataRootLockTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-lock-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static TheoryData<string> Kinds => new(FileDamage.Kinds);

    [Theory, MemberData(nameof(Kinds))]
    public void WhateverIsInItsPlaceOneHasIt(string kind)
    {
        File.WriteAllText($"{_root}/lock", "of before");
        FileDamage.Inflict(kind, $"{_root}/lock");
        HasItAlone();
    }

    [Fact]
    public void ALinkThatLeadsNowhereIsNoLock()
    {
        File.CreateSymbolicLink($"{_root}/lock", "/nowhere/at/all");
        Assert.Contains($"{_root}/lock", Assert.Single(HasItAlone()));
    }

    /// <summary>Nobody else has it: it is no use to stop another daemon.</summary>
    [Fact]
    public void ADataRootThatCannotBeWrittenToIsCalledThat()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root: makes a file system");
        using SafeFileDescriptor disk = DetachedMount.Create("tmpfs", [], MountAttributes.ReadOnly);
        GantryException refused = Assert.Throws<GantryException>(() => DataRootLock.Take(disk.ProcPath, _ => { }));
        Assert.Equal(ErrorKind.Unavailable, refused.Kind);
        Assert.Contains("EROFS", refused.Message);
        Assert.DoesNotContain("another daemon", refused.Message);
    }

    private List<string> HasItAlone()
    {
        List<string> told = [];
        using DataRootLock held = DataRootLock.Take(_root, told.Add);
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<GantryException>(() => DataRootLock.Take(_root, told.Add)).Kind);
        return told;
    }
}
