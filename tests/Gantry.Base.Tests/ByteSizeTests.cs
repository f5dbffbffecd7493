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
}
