using Gantry.Oci.Runtime;
using Gantry.Runtime.Init;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Init;

public sealed class UserLookupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gantry-users-").FullName;

    public UserLookupTests()
    {
        Directory.CreateDirectory($"{_root}/etc");
        File.WriteAllText($"{_root}/etc/passwd", "bob:x:1000:1001:Bob:/home/bob:/bin/sh\n");
        File.WriteAllText($"{_root}/etc/group", "staff:x:50:alice,bob\nwheel:x:10:bob\n");
    }

    [Fact]
    public void AddedGroupsComeAfterThePrimaryAndTheAccountsOnceEach()
    {
        OciUser bob = UserLookup.ResolveBelow(_root, new OciUser { Username = "bob", AdditionalGids = [7, 10, 7] });
        Assert.Equal((1000u, 1001u, null), (bob.Uid, bob.Gid, bob.Username));
        Assert.Equal([1001u, 50u, 10u, 7u], bob.AdditionalGids!);
    }

    [Fact]
    public void ThePrimaryGroupIsAmongThemAll()
    {
        Assert.Equal([6u], UserLookup.Resolve(new OciUser { Uid = 5, Gid = 6 }).Groups);
        Assert.Equal([6u, 50u], UserLookup.Resolve(new OciUser { Uid = 5, Gid = 6, AdditionalGids = [50, 6] }).Groups);
        Assert.Equal([50u], UserLookup.ResolveBelow(_root, new OciUser { Username = "bob:staff" }).AdditionalGids!);
    }

    [Fact]
    public void NumbersStayAsTheyAre() => Assert.Equal(5u, UserLookup.ResolveBelow("/no/such/root", new OciUser { Uid = 5 }).Uid);

    [Fact]
    public void AFailureSaysThatItWasTheUser() =>
        Assert.Equal(FailureStep.User,
            Assert.Throws<LaunchException>(() => UserLookup.ResolveBelow(_root, new OciUser { Username = "nobody" })).Step);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
