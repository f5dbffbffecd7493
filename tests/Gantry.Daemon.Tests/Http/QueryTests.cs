using Gantry.Daemon.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Daemon.Tests.Http;

public sealed class QueryTests
{
    private static RequestQuery Query(string key, string value) =>
        new(new QueryCollection(new Dictionary<string, StringValues> { [key] = value }));

    [Theory]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("False", false)]
    [InlineData("none", false)]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("anything", true)]
    public void BooleansAreDockers(string text, bool value) => Assert.Equal(value, Query("x", text).Bool("x"));

    [Fact]
    public void AnAbsentBooleanHasItsDefault()
    {
        Assert.False(Query("x", "1").Bool("y"));
        Assert.True(Query("x", "1").Bool("y", absent: true));
    }

    [Theory]
    [InlineData("?path=%2Fa%20b+c", "2f 61 20 62 20 63")]
    [InlineData("?x=1&path=%2Fx%FF%C3%BC", "2f 78 ff c3 bc")]
    [InlineData("?path=/%zz%4", "2f 25 7a 7a 25 34")]
    [InlineData("?path=", "")]
    [InlineData("?other=1", "")]
    public void APathMayHoldAnyBytes(string query, string hex) =>
        Assert.Equal(Convert.FromHexString(hex.Replace(" ", "")),
            ByteText.Bytes(new RequestQuery(new QueryCollection(), query).Path("path")));

    [Fact]
    public void NumbersThatAreNoneAreRefused()
    {
        Assert.Null(Query("t", "").Int("t"));
        Assert.Equal(-1, Query("t", "-1").Int("t"));
        GantryException refused = Assert.Throws<GantryException>(() => Query("t", "ten").Int("t"));
        Assert.Equal(ErrorKind.InvalidArgument, refused.Kind);
        Assert.Throws<GantryException>(() => Query("t", "99999999999").Int("t"));
    }

    [Theory]
    [InlineData("1700000000", "2023-11-14T22:13:20.0000000Z")]
    [InlineData("1700000000.123456789", "2023-11-14T22:13:20.1234567Z")]
    [InlineData("2023-11-14T22:13:20.5Z", "2023-11-14T22:13:20.5000000Z")]
    [InlineData("2023-11-14T23:13:20+01:00", "2023-11-14T22:13:20.0000000Z")]
    public void TimesHaveSeveralForms(string text, string at) =>
        Assert.Equal(at, Query("since", text).Time("since")!.Value.UtcDateTime.ToString("O"));

    [Fact]
    public void ADurationIsCountedBackFromNow()
    {
        TimeSpan ago = DateTimeOffset.UtcNow - Query("since", "1h30m").Time("since")!.Value;
        Assert.InRange(ago.TotalMinutes, 89.9, 90.1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public void NoTimeIsNone(string text) => Assert.Null(Query("since", text).Time("since"));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("1x")]
    [InlineData("99999999999999999999")]
    public void OtherTimesAreRefused(string text) => Assert.Throws<GantryException>(() => Query("since", text).Time("since"));
}
