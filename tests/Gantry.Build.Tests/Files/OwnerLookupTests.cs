using Gantry.Build.Files;

namespace Gantry.Build.Tests.Files;

public sealed class OwnerLookupTests
{
    [Theory]
    [InlineData("bob", 1234, 4321)]
    [InlineData("bob:staff", 1234, 55)]
    [InlineData("bob:7", 1234, 7)]
    [InlineData(":55", 0, 55)]
    [InlineData("7", 7, 7)]
    [InlineData("0:staff", 0, 55)]
    public void NamesAreThoseOfTheDestination(string owner, uint user, uint group)
    {
        using TestTree tree = Accounts();
        Assert.Equal((user, group), OwnerLookup.Find(tree.Root, owner));
    }

    [Theory]
    [InlineData("root2")]
    [InlineData("bob:nosuch")]
    [InlineData("99999999999")]
    public void WhoIsNotThereIsRefused(string owner)
    {
        using TestTree tree = Accounts();
        Assert.Throws<GantryException>(() => OwnerLookup.Find(tree.Root, owner));
    }

    private static TestTree Accounts() => new TestTree()
        .File("etc/passwd", "root:x:0:0::/:\nbob:x:1234:4321::/:\n").File("etc/group", "root:x:0:\nstaff:x:55:\n");
}
