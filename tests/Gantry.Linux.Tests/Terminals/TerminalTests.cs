using Gantry.Linux.Files;
using Gantry.Linux.Terminals;

namespace Gantry.Linux.Tests.Terminals;

public sealed class TerminalTests : IDisposable
{
    private readonly SafeFileDescriptor _master = LinuxFile.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
    private readonly SafeFileDescriptor _slave;

    public TerminalTests() => (_slave, _) = Terminal.OpenSlave(_master);

    public void Dispose()
    {
        _slave.Dispose();
        _master.Dispose();
    }

    [Fact]
    public void ASizeIsSeenOnTheOtherSide()
    {
        Terminal.Resize(_master.Number, rows: 31, columns: 97);
        Assert.Equal(new WindowSize(31, 97), Terminal.Size(_slave.Number));
    }

    [Fact]
    public void InRawModeBytesPassUnchangedAndAtOnce()
    {
        Assert.NotNull(Terminal.MakeRaw(_slave.Number));
        Descriptor.WriteAll(_master.Number, [3]);
        Assert.Equal([3], Read(_slave));
        Descriptor.WriteAll(_slave.Number, "a\nb"u8);
        Assert.Equal("a\nb"u8.ToArray(), Read(_master));
    }

    [Fact]
    public void WhatIsRestoredIsAsBefore()
    {
        TerminalSettings before = Terminal.MakeRaw(_slave.Number)!.Value;
        Terminal.Restore(_slave.Number, before);
        Descriptor.WriteAll(_slave.Number, "a\n"u8);
        Assert.Equal("a\r\n"u8.ToArray(), Read(_master));
        // A line comes when it is complete, and its keys are shown.
        Descriptor.WriteAll(_master.Number, "ab\u007Fc\n"u8);
        Assert.Equal("ac\n"u8.ToArray(), Read(_slave));
    }

    [Fact]
    public void WhatIsNoTerminalIsToldApart()
    {
        using SafeFileDescriptor file = LinuxFile.Open("/dev/null", OpenFlags.ReadWrite);
        Assert.True(Terminal.IsTerminal(_slave.Number));
        Assert.False(Terminal.IsTerminal(file.Number));
        Assert.Null(Terminal.Size(file.Number));
        Assert.Null(Terminal.MakeRaw(file.Number));
    }

    private static byte[] Read(SafeFileDescriptor terminal)
    {
        byte[] bytes = new byte[64];
        Assert.True(Descriptor.WaitReadable(terminal.Number, 10_000));
        return bytes[..Descriptor.Read(terminal.Number, bytes)];
    }
}
