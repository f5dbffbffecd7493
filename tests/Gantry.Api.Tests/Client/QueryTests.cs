using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class QueryTests
{
    [Fact]
    public void Leaves_out_what_is_not_said() => Assert.Equal("/x", new Query("x").Add("a", (string?)null).Add("b", "").Add("c", false).Add("d", (int?)null).Add("e", new Filters()).ToString());

    [Fact]
    public void Escapes_values() => Assert.Equal("/images/a/b:c@sha256:d%20e/json?q=%26%3D%20%2F", new Query("images", "a/b:c@sha256:d e", "json").Add("q", "&= /").ToString());

    [Fact]
    public void A_name_cannot_leave_its_segment() => Assert.DoesNotContain("?", new Query("containers", "x?force=1#", "json").ToString(), StringComparison.Ordinal);

    [Fact]
    public void Filters_of_one_key_are_a_set() =>
        Assert.Equal("""{"label":{"a=b":true,"c":true},"status":{"exited":true}}""", new Filters().Add("status", "exited").Add("label", "c").Add("label", "a=b").Add("label", "c").ToJson());
}
