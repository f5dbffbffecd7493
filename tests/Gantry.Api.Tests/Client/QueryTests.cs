using Gantry.Api.Client;
using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class QueryTests
{
    [Fact]
    public void LeavesOutWhatIsNotSaid() =>
        Assert.Equal("/x", new Query("x").Add("a", (string?)null).Add("b", "").Add("c", false).Add("d", (int?)null).Add("e", new Filters())
            .ToString());

    [Fact]
    public void EscapesValues() =>
        Assert.Equal("/images/a/b:c@sha256:d%20e/json?q=%26%3D%20%2F",
            new Query("images", "a/b:c@sha256:d e", "json").Add("q", "&= /").ToString());

    [Fact]
    public void ANameCannotLeaveItsSegment() =>
        Assert.DoesNotContain("?", new Query("containers", "x?force=1#", "json").ToString(), StringComparison.Ordinal);

    [Fact]
    public void FiltersOfOneKeyAreASet() =>
        Assert.Equal("""{"label":{"a=b":true,"c":true},"status":{"exited":true}}""",
            new Filters().Add("status", "exited").Add("label", "c").Add("label", "a=b").Add("label", "c").ToJson());
}
