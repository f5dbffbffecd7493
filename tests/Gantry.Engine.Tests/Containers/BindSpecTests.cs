using Gantry.Engine.Containers;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class BindSpecTests
{
    [Theory]
    [InlineData("/data:/data", "/data", "/data", false, null)]
    [InlineData("/data/../etc//x:/a/./b:ro", "/etc/x", "/a/b", true, null)]
    [InlineData("pgdata:/var/lib/postgresql/data", "pgdata", "/var/lib/postgresql/data", false, null)]
    [InlineData("/test_vol", "", "/test_vol", false, null)]
    [InlineData("/a:/b:rshared,ro", "/a", "/b", true, "rshared")]
    [InlineData("v1:/b:nocopy,z", "v1", "/b", false, null)]
    public void WellFormed(string text, string source, string destination, bool readOnly, string? propagation)
    {
        BindSpec spec = BindSpec.Parse(text);
        Assert.Equal((source, destination, readOnly, propagation), (spec.Source, spec.Destination, spec.ReadOnly, spec.Propagation));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":/a")]
    [InlineData("/a:/b:ro:more")]
    [InlineData("/a:relative")]
    [InlineData("/a:/")]
    [InlineData("/a:/b:bogus")]
    [InlineData("../up:/b")]
    [InlineData("v1:/b:rshared")]
    [InlineData("/a:/b:ro,rw")]
    [InlineData("/a:/b:shared,rslave")]
    [InlineData("/a:/b:,")]
    [InlineData("/a:/b:nocopy")]
    [InlineData("x:/b")]
    public void Refused(string text) =>
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => BindSpec.Parse(text)).Kind);
}
