using System.Buffers;
using System.Text;
using Gantry.BuildKit.Connections;

namespace Gantry.BuildKit.Tests.Connections;

public sealed class HeaderBlockTests
{
    /// <summary>Fields as the framework's client writes them: names and values as they are, nothing remembered.</summary>
    private static byte[] Field(string name, string value) =>
        [0, .. Text(name), .. Text(value)];

    private static byte[] Text(string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127) return [(byte)bytes.Length, .. bytes];
        List<byte> head = [127];
        int rest = bytes.Length - 127;
        for (; rest >= 128; rest >>= 7) head.Add((byte)(rest | 128));
        return [.. head, (byte)rest, .. bytes];
    }

    private static byte[]? Divide(params byte[] block)
    {
        ArrayBufferWriter<byte> output = new();
        return HeaderBlock.Divide(block, output) ? output.WrittenSpan.ToArray() : null;
    }

    [Fact]
    public void AValueOfSeveralBecomesAFieldForEach()
    {
        // Indexed, then one of the static table with a value, then ours.
        byte[] before = [0x82, 0x04, .. Text("/moby.filesync.v1.FileSync/DiffCopy")];
        string large = new('x', 300);
        byte[] given = [.. before, .. Field("exclude-patterns", $"a, b\x01!{large}\x01"), .. Field("dir-name", "context")];
        byte[] expected = [.. before, .. Field("exclude-patterns", "a, b"), .. Field("exclude-patterns", "!" + large),
            .. Field("exclude-patterns", ""), .. Field("dir-name", "context")];
        Assert.Equal(expected, Divide(given));
    }

    [Fact]
    public void WhatIsRememberedOrPackedIsLeftAsItIs()
    {
        byte[] given = [0x40, .. Text("a"), .. Text("x\x01y"), 0x00, .. Text("b"), 0x83, 1, 1, 1, 0x3f, 0xe1, 0x1f];
        Assert.Equal(given, Divide(given));
    }

    [Fact]
    public void WhatCannotBeReadIsToldSo()
    {
        byte[][] blocks = [[0], [0, 5, 1], [0xff], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0, 1, 97], [0, 1, 97, 127, 0xff]];
        foreach (byte[] block in blocks) Assert.Null(Divide(block));
    }
}
