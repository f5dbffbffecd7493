using System.Text;
using Xunit;

namespace Gantry.Base.Tests;

public sealed class DetachKeysTests
{
    private static (string Passed, bool Detached) Type(string keys, params string[] chunks)
    {
        Assert.True(DetachKeys.TryParse(keys, out DetachKeys? detach, out _));
        StringBuilder passed = new();
        byte[] output = new byte[100];
        foreach (string chunk in chunks)
        {
            bool done = detach.Filter(Encoding.ASCII.GetBytes(chunk), output, out int written);
            passed.Append(Encoding.ASCII.GetString(output, 0, written));
            if (done) return (passed.ToString(), true);
        }
        return (passed.ToString(), false);
    }

    [Fact]
    public void DefaultIsCtrlPCtrlQ() => Assert.Equal(("ab", true), Type("", "ab\u0010\u0011zz"));

    [Fact]
    public void KeysMayComeOneByOne() => Assert.Equal(("a", true), Type("", "a", "\u0010", "\u0011"));

    [Fact]
    public void ABeginningThatGoesOnOtherwiseIsPassedOn() => Assert.Equal(("\u0010x\u0010y", false), Type("", "\u0010", "x\u0010", "y"));

    [Fact]
    public void TheFirstKeyTwiceStartsAnew() => Assert.Equal(("\u0010", true), Type("", "\u0010\u0010\u0011"));

    [Theory]
    [InlineData("ctrl-a,d", "\u0001d")]
    [InlineData("x,y,z", "xyz")]
    [InlineData("DEL", "\u007f")]
    [InlineData("ctrl-@", "\0")]
    [InlineData("ctrl-\\", "\u001c")]
    public void OwnSequences(string keys, string typed) => Assert.Equal(("", true), Type(keys, typed));

    [Theory]
    [InlineData("foo", "foo")]
    [InlineData("ctrl-", "ctrl-")]
    [InlineData("x,ctrl-1", "ctrl-1")]
    [InlineData("a,,b", "")]
    [InlineData("ü", "ü")]
    public void TheFirstThatIsNoKeyIsTold(string keys, string wrong)
    {
        Assert.False(DetachKeys.TryParse(keys, out _, out string? unknown));
        Assert.Equal(wrong, unknown);
    }
}
