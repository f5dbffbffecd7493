namespace Gantry.Base.Tests;

public sealed class ByteTextTests
{
    [Theory]
    [InlineData("61 2f ff 62")]
    [InlineData("c3 bc e2 82 ac f0 9f 90 b3")]
    [InlineData("c3 f0 9f 90 80 c0 af ed a0 80 f8")]
    [InlineData("ef bf bd")]
    [InlineData("")]
    public void EveryNameComesBack(string hex)
    {
        byte[] name = Convert.FromHexString(hex.Replace(" ", ""));
        Assert.Equal(name, ByteText.Bytes(ByteText.Of(name)));
    }

    [Fact]
    public void TextIsItself() => Assert.Equal("aü€🐳", ByteText.Of("aü€🐳"u8));

    [Fact]
    public void EveryByteAlone()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        Assert.Equal(all, ByteText.Bytes(ByteText.Of(all)));
    }
}
