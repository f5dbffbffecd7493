using Gantry.Runtime.Checkpoints;

namespace Gantry.Runtime.Tests.Checkpoints;

/// <summary>What CRIU says, as bytes.</summary>
public sealed class CriuAnswerTests
{
    [Fact]
    public void TheLastAnswerHasTheProcess()
    {
        CriuAnswer answer = CriuAnswer.Read([0x08, 2, 0x10, 1, 0x22, 3, 0x08, 0x96, 0x01]);
        Assert.Equal(new CriuAnswer(Success: true, Notice: null, Pid: 150, Message: null), answer);
    }

    [Fact]
    public void ANoticeHasItsName()
    {
        CriuAnswer answer = CriuAnswer.Read([0x08, 6, 0x10, 1, 0x2A, 6, 0x0A, 2, (byte)'u', (byte)'p', 0x10, 5]);
        Assert.Equal(new CriuAnswer(Success: true, Notice: "up", Pid: 0, Message: null), answer);
    }

    [Fact]
    public void WhatItDoesNotKnowIsPassedOver()
    {
        ProtobufWriter writer = new();
        writer.Text(100, new string('x', 300));
        writer.Append([0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x35, 1, 2, 3, 4]);
        writer.Number(2, 1);
        writer.Text(9, "why");
        Assert.Equal(new CriuAnswer(Success: true, Notice: null, Pid: 0, Message: "why"), CriuAnswer.Read(writer.Written));
    }

    [Theory]
    [InlineData(new byte[] { 0x08 })]
    [InlineData(new byte[] { 0x22, 5, 0x08 })]
    [InlineData(new byte[] { 0x22, 1, 0x08 })]
    [InlineData(new byte[] { 0x0B })]
    [InlineData(new byte[] { 0x2A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })]
    public void WhatIsNoneIsRefused(byte[] message) => Assert.Throws<GantryException>(() => CriuAnswer.Read(message));
}
