using Gantry.Linux.Processes;
using Gantry.Workloads.Security;
using Xunit;

namespace Gantry.Workloads.Tests.Security;

public sealed class CapabilitySetTests
{
    [Fact]
    public void FourteenByDefault() => Assert.Equal(14, CapabilitySet.Resolve(false, null, null).Count);

    [Fact]
    public void NamesComeWithAndWithoutPrefixInAnyCase()
    {
        IReadOnlyList<string> set = CapabilitySet.Resolve(false, ["net_admin"], ["CAP_CHOWN", "kill"]);
        Assert.Contains("CAP_NET_ADMIN", set);
        Assert.DoesNotContain("CAP_CHOWN", set);
        Assert.Equal(13, set.Count);
    }

    [Fact]
    public void DropAllAndAddOneLeavesOne() => Assert.Equal(["CAP_NET_RAW"], CapabilitySet.Resolve(false, ["NET_RAW"], ["ALL"]));

    [Fact]
    public void AddAllAndDropOneLeavesAllButOne() =>
        Assert.Equal(Capabilities.Names.Count - 1, CapabilitySet.Resolve(false, ["ALL"], ["SYS_ADMIN"]).Count);

    [Fact]
    public void ANameThatIsNoneIsRefused() =>
        Assert.Equal("invalid CapAdd: unknown capability: \"CAP_FLY\"",
            Assert.Throws<GantryException>(() => CapabilitySet.Resolve(false, ["fly"], null)).Message);
}
