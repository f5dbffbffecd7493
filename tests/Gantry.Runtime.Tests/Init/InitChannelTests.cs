using System.Text.Json;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime.Writing;
using Gantry.Runtime.Init;
using Gantry.Tests.Shared;

namespace Gantry.Runtime.Tests.Init;

public sealed class InitChannelTests
{
    [Fact]
    public void MoreDescriptorsThanTheKernelTakesAtOnceAllArriveInTheirOrder()
    {
        const int Count = 2 * UnixSocket.MostDescriptors + 7;
        var (first, second) = UnixSocket.Pair();
        using InitChannel ours = new(first), theirs = new(second);
        using SafeFileDescriptor file = LinuxFile.Open("/dev/null", OpenFlags.ReadOnly),
            last = LinuxFile.Open("/dev/zero", OpenFlags.ReadOnly);
        InitRequest request = new() { Id = "a", Bundle = "/", RootTarget = "/", FifoDescriptor = Count - 1, InSibling = true,
            CgroupTasks = [.. Enumerable.Range(0, Count - 1)] };

        ours.Send(InitWriter.Write(request), [.. Enumerable.Repeat(file.Number, Count - 1), last.Number]);
        ours.Send("{}"u8);
        (InitRequest received, _) = theirs.ReceiveRequest();

        using SafeFileDescriptor fifo = new(received.FifoDescriptor);
        Assert.Equal("/dev/zero", LinuxFile.ReadLink(fifo.ProcPath));
        Assert.Equal(Count - 1, received.CgroupTasks.Count);
        foreach (int number in received.CgroupTasks)
        {
            using SafeFileDescriptor task = new(number);
            Assert.Equal("/dev/null", LinuxFile.ReadLink(task.ProcPath));
        }
        Assert.Equal(-1, received.SeccompDescriptor);
    }

    [Fact]
    public void HowLongTheOtherSideHasSaidNothingIsToldByTheClock()
    {
        Later clock = new();
        var (first, second) = UnixSocket.Pair();
        using InitChannel ours = new(first, clock), theirs = new(second);
        List<TimeSpan> told = [];
        ours.Silent = lasting =>
        {
            told.Add(lasting);
            clock.Ahead += TimeSpan.FromHours(1);
            if (told.Count == 2) throw new TimeoutException();
        };
        Assert.Throws<TimeoutException>(() => ours.Receive());
        Assert.InRange(told[1], TimeSpan.FromHours(1), TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("\"quoted\" and \\ back")]
    [InlineData("line\nfeed\ttab\0nul\u001f")]
    [InlineData("ünïcode 漢字 \U0001F680 \u2028")]
    [InlineData("")]
    public void EveryTextComesBackAsItWas(string text)
    {
        byte[] json = JsonBytes.OfObject(writer =>
        {
            writer.WriteString("text", text);
            writer.WriteString(text, "value");
        });

        using JsonDocument document = JsonDocument.Parse(json);

        Assert.Equal(text, document.RootElement.GetProperty("text").GetString());
        Assert.Equal("value", document.RootElement.GetProperty(text).GetString());
    }

    [Fact]
    public void HalfACharacterBecomesTheReplacementCharacter()
    {
        byte[] json = JsonBytes.OfObject(static writer => writer.WriteString("text", "a\ud83db\udc00"));

        Assert.Equal("a\ufffdb\ufffd", JsonDocument.Parse(json).RootElement.GetProperty("text").GetString());
    }
}
