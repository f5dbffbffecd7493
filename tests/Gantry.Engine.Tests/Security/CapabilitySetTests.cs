using Gantry.Engine.Security;
using Xunit;

namespace Gantry.Engine.Tests.Security;

public sealed class CapabilitySetTests
{
    [Fact]
    public void Fourteen_by_default() => Assert.Equal(14, CapabilitySet.Resolve(false, null, null).Count);

    [Fact]
    public void Names_come_with_and_without_prefix_in_any_case()
    {
        IReadOnlyList<string> set = CapabilitySet.Resolve(false, ["net_admin"], ["CAP_CHOWN", "kill"]);
        Assert.Contains("CAP_NET_ADMIN", set);
        Assert.DoesNotContain("CAP_CHOWN", set);
        Assert.Equal(13, set.Count);
    }

    [Fact]
    public void Drop_all_and_add_one_leaves_one() => Assert.Equal(["CAP_NET_RAW"], CapabilitySet.Resolve(false, ["NET_RAW"], ["ALL"]));

    [Fact]
    public void Add_all_and_drop_one_leaves_all_but_one() => Assert.Equal(CapabilitySet.All.Count - 1, CapabilitySet.Resolve(false, ["ALL"], ["SYS_ADMIN"]).Count);

    [Fact]
    public void A_name_that_is_none_is_refused() =>
        Assert.Equal("invalid CapAdd: unknown capability: \"CAP_FLY\"", Assert.Throws<GantryException>(() => CapabilitySet.Resolve(false, ["fly"], null)).Message);
}
