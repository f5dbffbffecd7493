namespace Gantry.Base.Tests;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("100", 100)]
    [InlineData("100b", 100)]
    [InlineData("1k", 1024)]
    [InlineData("1.5K", 1536)]
    [InlineData("100m", 100L << 20)]
    [InlineData("2g", 2L << 30)]
    [InlineData("2GB", 2L << 30)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("2 gb", 2L << 30)]
    [InlineData("1t", 1L << 40)]
    public void Parsed(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("abc")]
    [InlineData("m")]
    [InlineData("-1")]
    [InlineData("1x")]
    [InlineData("1.2.3m")]
    [InlineData("1mib2")]
    [InlineData("9999999999g")]
    public void Refused(string text) =>
        Assert.Equal($"invalid size: '{text}'", Assert.Throws<FormatException>(() => ByteSize.Parse(text)).Message);

    [Theory]
    [InlineData("10m", 10_000_000)]
    [InlineData("1.5k", 1500)]
    [InlineData("2MiB", 2_000_000)]
    [InlineData("20MB", 20_000_000)]
    [InlineData("100", 100)]
    public void OfALogFile(string text, long expected)
    {
        Assert.True(ByteSize.TryParseDecimal(text, out long bytes));
        Assert.Equal(expected, bytes);
    }

    [Theory]
    [InlineData(0, "0B", "0B")]
    [InlineData(999, "999B", "999B")]
    [InlineData(1000, "1kB", "1000B")]
    [InlineData(1023, "1.023kB", "1023B")]
    [InlineData(1_975_000, "1.975MB", "1.884MiB")]
    [InlineData(25_276_000_000, "25.28GB", "23.54GiB")]
    public void Written(long bytes, string text, string binary)
    {
        Assert.Equal(text, ByteSize.Text(bytes));
        Assert.Equal(binary, ByteSize.BinaryText(bytes));
    }
}
