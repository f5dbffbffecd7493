using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;
using Xunit;

namespace Gantry.Cli.Tests.Terminal;

public sealed class DetachKeysTests
{
    private static (string Passed, bool Detached) Type(string keys, params string[] chunks)
    {
        DetachKeys detach = DetachKeys.Parse(keys);
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
    [InlineData("ctrl-@", "\0")]
    [InlineData("ctrl-\\", "\u001c")]
    public void OwnSequences(string keys, string typed) => Assert.Equal(("", true), Type(keys, typed));

    [Theory]
    [InlineData("foo")]
    [InlineData("ctrl-")]
    [InlineData("ctrl-1")]
    [InlineData("a,,b")]
    [InlineData("ü")]
    public void Refuses(string keys) => Assert.Throws<CliException>(() => DetachKeys.Parse(keys));
}
