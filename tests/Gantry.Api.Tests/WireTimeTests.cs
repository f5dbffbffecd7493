using Gantry.Api.Json;
using Xunit;

namespace Gantry.Api.Tests;

public sealed class WireTimeTests
{
    [Theory]
    [InlineData("2024-05-06T07:08:09Z", "2024-05-06T07:08:09Z")]
    [InlineData("2024-05-06T07:08:09.120Z", "2024-05-06T07:08:09.12Z")]
    [InlineData("2024-05-06T07:08:09.123456789Z", "2024-05-06T07:08:09.1234567Z")]
    [InlineData("2024-05-06T09:08:09.5+02:00", "2024-05-06T07:08:09.5Z")]
    [InlineData("0001-01-01T00:00:00Z", WireTime.Never)]
    public void ReadsAndWrites(string text, string expected)
    {
        Assert.True(WireTime.TryParse(text, out DateTimeOffset time));
        Assert.Equal(expected, WireTime.Format(time));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2024-13-01T00:00:00Z")]
    public void Refuses(string text) => Assert.False(WireTime.TryParse(text, out _));
}
