namespace Gantry.Base.Tests;

/// <summary>As Go's time.ParseDuration and docker's units.HumanDuration have it.</summary>
public sealed class DurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("5s", 5_000_000_000)]
    [InlineData("+5s", 5_000_000_000)]
    [InlineData("-5.5s", -5_500_000_000)]
    [InlineData(".5s", 500_000_000)]
    [InlineData("5.s", 5_000_000_000)]
    [InlineData("5.004000s", 5_004_000_000)]
    [InlineData("100.00100s", 100_001_000_000)]
    [InlineData("1h30m", 5_400_000_000_000)]
    [InlineData("39h9m14.425s", 140_954_425_000_000)]
    [InlineData("12µs", 12_000)]
    [InlineData("12μs", 12_000)]
    [InlineData("12us", 12_000)]
    [InlineData("0.000000001s", 1)]
    [InlineData("0.3333333333333333333h", 1_199_999_999_999)]
    [InlineData("9007199254740993ns", 9_007_199_254_740_993)]
    [InlineData("9223372036854775807ns", long.MaxValue)]
    public void ReadAsGoDoes(string text, long nanoseconds)
    {
        Assert.Equal(nanoseconds, Duration.Nanoseconds(text));
        Assert.True(Duration.TryParse(text, out TimeSpan time));
        Assert.Equal(nanoseconds / 100, time.Ticks);
    }

    [Theory]
    [InlineData("3h-0m", "time: unknown unit \"h-\" in duration \"3h-0m\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("99999999999999999h", "time: invalid duration \"99999999999999999h\"")]
    [InlineData("999999999999999999m", "time: invalid duration \"999999999999999999m\"")]
    [InlineData("9999999999999999999s", "time: invalid duration \"9999999999999999999s\"")]
    [InlineData("99999999999999999999999999999999999h", "time: invalid duration \"99999999999999999999999999999999999h\"")]
    [InlineData("3000000h", "time: invalid duration \"3000000h\"")]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("3", "time: missing unit in duration \"3\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".", "time: invalid duration \".\"")]
    [InlineData("-.s", "time: invalid duration \"-.s\"")]
    [InlineData("+-5s", "time: invalid duration \"+-5s\"")]
    [InlineData("1d", "time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("1 s", "time: unknown unit \" s\" in duration \"1 s\"")]
    [InlineData("\uFF11s", "time: invalid duration \"\uFF11s\"")]
    public void RefusedInGosWords(string text, string wrong)
    {
        Assert.False(Duration.TryParse(text, out _));
        Assert.Equal(wrong, Assert.Throws<FormatException>(() => Duration.Nanoseconds(text)).Message);
    }

    [Theory]
    [InlineData(0.9, "Less than a second")]
    [InlineData(-5, "Less than a second")]
    [InlineData(1.9, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(119, "About a minute")]
    [InlineData(59 * 60, "59 minutes")]
    [InlineData(60 * 60, "About an hour")]
    [InlineData(150 * 60, "3 hours")]
    [InlineData(47 * 3600, "47 hours")]
    [InlineData(48 * 3600, "2 days")]
    [InlineData(14 * 24 * 3600, "2 weeks")]
    [InlineData(60 * 24 * 3600, "2 months")]
    [InlineData(800 * 24 * 3600.0, "2 years")]
    public void InWords(double seconds, string words) => Assert.Equal(words, Duration.Words(TimeSpan.FromSeconds(seconds)));
}
