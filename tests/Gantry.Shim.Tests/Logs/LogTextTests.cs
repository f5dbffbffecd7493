using System.Text;
using System.Text.Json;
using Gantry.Shim.Logs;

namespace Gantry.Shim.Tests.Logs;

public sealed class LogTextTests
{
    private static string Escape(params byte[] text)
    {
        byte[] target = new byte[text.Length * LogText.MaxExpansion];
        return Encoding.UTF8.GetString(target, 0, LogText.Escape(text, target));
    }

    private static string Escape(string text) => Escape(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("a\nb\rc", @"a\nb\rc")]
    [InlineData("\t\0\u001b\u007f", "\\u0009\\u0000\\u001b\u007f")]
    [InlineData("<a href=\"x\\y\">&", @"\u003ca href=\""x\\y\""\u003e\u0026")]
    [InlineData("é€😀", "é€😀")]
    [InlineData("\u2028\u2029", @"\u2028\u2029")]
    public void EscapesAsDockersLogDoes(string text, string expected) => Assert.Equal(expected, Escape(text));

    [Fact]
    public void EachInvalidByteBecomesAReplacementCharacter()
    {
        Assert.Equal(@"a\ufffd\ufffdb", Escape((byte)'a', 0xFF, 0xFE, (byte)'b'));
        // Three bytes of a character of four.
        Assert.Equal(@"\ufffd\ufffd\ufffdx", Escape(0xF0, 0x9F, 0x98, (byte)'x'));
        // A surrogate, as CESU-8 would write it.
        Assert.Equal(@"\ufffd\ufffd\ufffd", Escape(0xED, 0xA0, 0x80));
    }

    [Fact]
    public void WhateverComesInTheResultIsJson()
    {
        Random random = new(7);
        byte[] text = new byte[300];
        for (int round = 0; round < 2000; round++)
        {
            random.NextBytes(text);
            using JsonDocument parsed = JsonDocument.Parse($"\"{Escape(text)}\"");
            Assert.Equal(JsonValueKind.String, parsed.RootElement.ValueKind);
        }
    }

    [Theory]
    [InlineData(0, "2026-01-02T03:04:05Z")]
    [InlineData(1, "2026-01-02T03:04:05.0000001Z")]
    [InlineData(1200000, "2026-01-02T03:04:05.12Z")]
    [InlineData(9999999, "2026-01-02T03:04:05.9999999Z")]
    public void TimesLeaveTrailingZerosOut(long ticks, string expected)
    {
        byte[] target = new byte[LogText.MaxTime];
        int length = LogText.Time(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(ticks), target);
        Assert.Equal(expected, Encoding.ASCII.GetString(target, 0, length));
    }
}
