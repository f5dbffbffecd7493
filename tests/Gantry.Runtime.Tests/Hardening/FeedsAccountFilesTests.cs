using Gantry.Linux;
using Gantry.Linux.Accounts;
using Gantry.Linux.Files;
using Gantry.Linux.Terminals;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>/etc/passwd and /etc/group are the attacker's: no user is found in what is no file of accounts, nothing waits, and nothing is
/// opened that acts on being opened.</summary>
public sealed class FeedsAccountFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-accounts-").FullName;

    private string Passwd => Path.Combine(_directory, "passwd");

    private int Count() => AccountFile.Read(Passwd, 1).Count();

    private void Make(FileKind kind, long major = 0, long minor = 0)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root");
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(_directory);
        Node.Make(directory, "passwd", kind, 0x1A4, major, minor);
    }

    [Fact]
    public void AFifo()
    {
        Make(FileKind.Fifo);
        Assert.Equal(0, Count());
    }

    [Fact]
    public void AnEndlessDevice()
    {
        Make(FileKind.CharacterDevice, 1, 5);
        Assert.Equal(0, Count());
    }

    [Fact]
    public void ADirectory()
    {
        Directory.CreateDirectory(Passwd);
        Assert.Equal(0, Count());
    }

    [Theory]
    [InlineData("/proc/self/mountinfo")]
    [InlineData("/proc/self/fd/0")]
    [InlineData("/proc/kmsg")]
    [InlineData("/sys/kernel/notes")]
    [InlineData("/no/such/file")]
    public void ALink(string target)
    {
        File.CreateSymbolicLink(Passwd, target);
        Assert.Equal(0, Count());
    }

    [Fact]
    public void LinesWithoutEnd()
    {
        File.WriteAllText(Passwd, new string('x', 10 << 20) + "\nroot:x:0:0::/root:/bin/sh\n");
        Assert.Equal(0, Count());
        File.WriteAllText(Passwd, new string(':', 100_000) + "\nroot:x:0:0::/root:/bin/sh\n");
        Assert.Equal(1, Count());
    }

    [Fact]
    public void BytesThatAreNoText()
    {
        byte[] noise = new byte[1 << 20];
        new Random(7).NextBytes(noise);
        File.WriteAllBytes(Passwd, [.. noise, .. "\nbob:x:5:6::/b:\n"u8]);
        Assert.Equal(5u, AccountLookup.Find("bob", Passwd, Passwd).Uid);
    }

    // Looked at it was a file, opened it is a terminal with a line of accounts to be read.
    [Fact]
    public void ATerminalThatTakesTheFilesPlaceMeanwhile()
    {
        using SafeFileDescriptor master = LinuxFile.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        (SafeFileDescriptor slave, int number) = Terminal.OpenSlave(master);
        using SafeFileDescriptor held = slave;
        Descriptor.WriteAll(master.Number, "eve:x:0:0::/:/bin/sh\n"u8);
        string other = Path.Combine(_directory, "other");
        File.WriteAllText(Passwd, "");
        File.CreateSymbolicLink(other, $"/dev/pts/{number}");
        using CancellationTokenSource stop = new();
        Thread racer = new(() =>
        {
            while (!stop.IsCancellationRequested)
                SwapsAPathMeanwhileTests.renameat2(SwapsAPathMeanwhileTests.WorkingDirectory, Passwd,
                    SwapsAPathMeanwhileTests.WorkingDirectory, other, SwapsAPathMeanwhileTests.Exchange);
        });
        racer.Start();
        int found = 0;
        for (int i = 0; i < 20_000; i++) found += Count();
        stop.Cancel();
        racer.Join();
        Assert.Equal(0, found);
    }

    [Fact]
    public void AContainerStartsWithAnyOfThem()
    {
        using HostileBundle bundle = new();
        using SafeFileDescriptor etc = LinuxFile.OpenDirectory(bundle.In("etc"));
        Node.Make(etc, "passwd", FileKind.Fifo, 0x1A4);
        bundle.Link("etc/group", "/proc/1/environ");
        Assert.Equal("/", bundle.Script("echo $HOME").Output());
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
