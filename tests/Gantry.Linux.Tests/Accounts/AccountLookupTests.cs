using Gantry.Linux.Accounts;

namespace Gantry.Linux.Tests.Accounts;

public sealed class AccountLookupTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-users-").FullName;

    public AccountLookupTests()
    {
        File.WriteAllText(Passwd,
            "root:x:0:0:root:/root:/bin/sh\n#bob:x:9:9::/:\nbob:x:1000:1001:Bob:/home/bob:/bin/sh\n"
                + "broken:x:abc:1::/:\nshort:x:1\n1234:x:55:56::/odd:\n");
        File.WriteAllText(Group, "root:x:0:\nstaff:x:50:alice,bob\nwheel:x:10:bob\nbroken:x:zz:bob\n");
    }

    private string Passwd => Path.Combine(_directory, "passwd");
    private string Group => Path.Combine(_directory, "group");

    private Account Resolve(string name) => AccountLookup.Find(name, Passwd, Group);

    [Fact]
    public void ANameBringsItsGroupsAndHome()
    {
        Account bob = Resolve("bob");
        Assert.Equal((1000u, 1001u, "/home/bob"), (bob.Uid, bob.Gid, bob.Home));
        Assert.Equal([50u, 10u], bob.Groups);
    }

    [Fact]
    public void ANamedGroupReplacesThem()
    {
        Account bob = Resolve("bob:staff");
        Assert.Equal((1000u, 50u), (bob.Uid, bob.Gid));
        Assert.Empty(bob.Groups);
    }

    [Fact]
    public void NobodyNamedIsRootWithItsGroups()
    {
        File.AppendAllText(Group, "adm:x:4:root\n");
        Assert.Equal([4u], Resolve("").Groups);
        Assert.Equal("/root", Resolve("").Home);
        Assert.Empty(Resolve(":50").Groups);
        File.Delete(Passwd);
        Assert.Equal((0u, 0u), (Resolve("").Uid, Resolve("").Gid));
    }

    [Theory]
    [InlineData("1000", 1000, 1001)]
    [InlineData("4711", 4711, 0)]
    [InlineData("4711:4712", 4711, 4712)]
    [InlineData("1234", 55, 56)]
    [InlineData("root:10", 0, 10)]
    [InlineData(":50", 0, 50)]
    public void NumbersNeedNoAccount(string name, uint uid, uint gid)
    {
        Account user = Resolve(name);
        Assert.Equal((uid, gid), (user.Uid, user.Gid));
    }

    [Theory]
    [InlineData("nobody", "unable to find user nobody: no matching entries in passwd file")]
    [InlineData("broken", "unable to find user broken: no matching entries in passwd file")]
    [InlineData("bob:nogroup", "unable to find group nogroup: no matching entries in group file")]
    [InlineData("99999999999", "uids and gids must be in range 0-2147483647")]
    public void WhatIsNotThereIsNamed(string name, string message)
    {
        GantryException error = Assert.Throws<GantryException>(() => Resolve(name));
        Assert.Equal((ErrorKind.InvalidArgument, message), (error.Kind, error.Message));
    }

    [Fact]
    public void AFileOfRubbishIsOnlyAFileWithoutTheUser()
    {
        File.WriteAllBytes(Passwd, [.. Enumerable.Range(0, 100_000).Select(static i => (byte)(i * 7))]);
        Assert.Throws<GantryException>(() => Resolve("bob"));
        File.Delete(Passwd);
        Assert.Throws<GantryException>(() => Resolve("bob"));
    }

    [Fact]
    public void BelowARootItsLinksStayInside()
    {
        string etc = Directory.CreateDirectory(Path.Combine(_directory, "root/etc")).FullName;
        File.WriteAllText(Path.Combine(etc, "real"), "eve:x:7:8::/:\n");
        File.CreateSymbolicLink(Path.Combine(etc, "passwd"), "/etc/real");
        Account eve = AccountLookup.FindBelow(Path.Combine(_directory, "root"), "eve");
        Assert.Equal((7u, 8u), (eve.Uid, eve.Gid));
        Assert.Throws<GantryException>(() => AccountLookup.FindBelow(Path.Combine(_directory, "root"), "root"));
        Assert.Equal(5u, AccountLookup.FindBelow(_directory, "5").Uid);
    }

    [Fact]
    public void TheHomeOfANumber() =>
        Assert.Equal(("/home/bob", ""), (AccountLookup.HomeOf(1000, Passwd), AccountLookup.HomeOf(4711, Passwd)));

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
