using System.Text;
using Gantry.BuildKit.Connections;

namespace Gantry.BuildKit.Tests.Connections;

public sealed class RepeatedHeadersTests
{
    private static readonly byte[] Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();

    private static byte[] Frame(byte kind, byte flags, params byte[] content) =>
        [(byte)(content.Length >> 16), (byte)(content.Length >> 8), (byte)content.Length, kind, flags, 0, 0, 0, 5, .. content];

    private static byte[] Field(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.Latin1.GetBytes(name), (byte)value.Length, .. Encoding.Latin1.GetBytes(value)];

    private static async Task<byte[]> Pass(byte[] bytes, int piece)
    {
        using MemoryStream passed = new();
        await using RepeatedHeaders stream = new(passed);
        foreach (byte[] part in bytes.Chunk(piece)) await stream.WriteAsync(part, TestContext.Current.CancellationToken);
        return passed.ToArray();
    }

    [Fact]
    public async Task TheHeadOfARequestIsWrittenAnewHoweverItComes()
    {
        byte[] data = Frame(0, 0, [.. Enumerable.Repeat((byte)1, 40)]), last = Frame(0, 1);
        byte[] value = Field("n", "a\u0001b"), split = Field("n", "c\u0001d");
        byte[] sent = [.. Preface, .. Frame(4, 0), .. Frame(1, 4, value), .. data,
            .. Frame(1, 0, split[..4]), .. Frame(9, 4, split[4..]), .. last];
        byte[] expected = [.. Preface, .. Frame(4, 0), .. Frame(1, 4, [.. Field("n", "a"), .. Field("n", "b")]), .. data,
            .. Frame(1, 4, [.. Field("n", "c"), .. Field("n", "d")]), .. last];
        foreach (int piece in (int[])[1, 3, 9, 25, 10_000]) Assert.Equal(expected, await Pass(sent, piece));
    }

    [Fact]
    public async Task AHeadThatBecomesTooLargeForOneFrameIsSeveral()
    {
        // As large as one frame may be, of values that are fields of four bytes each.
        string values = string.Join('\x01', Enumerable.Repeat("v", 100));
        byte[] field = [0, 1, (byte)'n', 127, 72, .. Encoding.Latin1.GetBytes(values)];
        byte[] block = [.. Enumerable.Range(0, 78).SelectMany(_ => field)];
        Assert.True(block.Length <= 16 << 10);
        byte[] passed = await Pass([.. Preface, .. Frame(1, 4, block)], 1000);
        List<(byte Kind, byte Flags, int Length)> frames = [];
        for (int at = Preface.Length; at < passed.Length; at += 9 + frames[^1].Length)
            frames.Add((passed[at + 3], passed[at + 4], (passed[at] << 16) | (passed[at + 1] << 8) | passed[at + 2]));
        Assert.Equal((1, 0, 16 << 10), frames[0]);
        Assert.Equal((9, 4), (frames[^1].Kind, frames[^1].Flags));
        Assert.Equal(78 * 100 * 5, frames.Sum(frame => frame.Length));
    }
}
