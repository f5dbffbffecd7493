using System.Buffers.Binary;
using System.Text;
using Gantry.Api.Client;
using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class StreamDemultiplexerTests
{
    private static byte[] Frame(byte stream, string text)
    {
        byte[] payload = Encoding.UTF8.GetBytes(text), frame = new byte[8 + payload.Length];
        frame[0] = stream;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }

    private static (string Out, string Error) Split(byte[] input)
    {
        using MemoryStream stdout = new(), stderr = new();
        StreamDemultiplexer.Copy(new MemoryStream(input), stdout, stderr);
        return (Encoding.UTF8.GetString(stdout.ToArray()), Encoding.UTF8.GetString(stderr.ToArray()));
    }

    [Fact]
    public void SortsFrames() => Assert.Equal(("ac", "b"), Split([.. Frame(1, "a"), .. Frame(2, "b"), .. Frame(1, "c"), .. Frame(1, "")]));

    [Fact]
    public void ALargeFrameIsWhole()
    {
        string text = new('x', 200_000);
        Assert.Equal((text, ""), Split(Frame(1, text)));
    }

    [Fact]
    public void AStreamThatEndsWithinAFrameGivesWhatCame() => Assert.Equal(("ab", ""), Split(Frame(1, "abcd")[..10]));

    [Fact]
    public void AnErrorWithinTheStreamIsThrown() =>
        Assert.Contains("broken", Assert.Throws<ApiException>(() => Split(Frame(3, "broken"))).Message, StringComparison.Ordinal);

    [Fact]
    public void WhatIsNotFramedIsRefused() => Assert.Throws<InvalidDataException>(() => Split(Encoding.ASCII.GetBytes("hello, world")));
}
