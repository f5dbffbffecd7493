namespace Gantry.Base.Tests;

public sealed class TimeTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("0", "1970-01-01T00:00:00.0000000+00:00")]
    [InlineData("1767306600", "2026-01-01T22:30:00.0000000+00:00")]
    [InlineData("1767306600.123456789", "2026-01-01T22:30:00.1234567+00:00")]
    [InlineData("-1.5", "1969-12-31T23:59:58.5000000+00:00")]
    [InlineData("90m", "2026-01-01T22:30:00.0000000+00:00")]
    [InlineData("-1h", "2026-01-02T01:00:00.0000000+00:00")]
    [InlineData("2026-01-01T22:30:00Z", "2026-01-01T22:30:00.0000000+00:00")]
    [InlineData("253402300799.9999999", "9999-12-31T23:59:59.9999999+00:00")]
    public void AllThreeWaysToSayItAreRead(string text, string time) =>
        Assert.Equal(time, TimeText.Parse(text, Now)?.ToUniversalTime().ToString("O"));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1.x")]
    [InlineData("253402300800")]
    [InlineData("-62135596801")]
    [InlineData("9223372036854775807")]
    public void WhatIsNoneIsNone(string text) => Assert.Null(TimeText.Parse(text, Now));
}
