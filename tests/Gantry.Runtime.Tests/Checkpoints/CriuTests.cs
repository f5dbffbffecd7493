using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Runtime.Checkpoints;
using Xunit;

namespace Gantry.Runtime.Tests.Checkpoints;

/// <summary>With a program in CRIU's place that says what it should not.</summary>
public sealed class CriuTests : IDisposable
{
    private const string Python = "/usr/bin/python3";

    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-criu-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    // A notice with a terminal's master, and the end; what is no answer at all, with a descriptor.
    [InlineData(@"\x08\x06\x2a\x13\x0a\x11orphan-pts-master")]
    [InlineData(@"\xff")]
    public void ADescriptorThatCameWithAFailureIsNotKept(string message)
    {
        Assert.SkipUnless(File.Exists(Python), "needs python3");
        string fifo = Path.Combine(_directory, "fifo"), program = Path.Combine(_directory, "criu");
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(_directory);
        Node.Make(directory, "fifo", FileKind.Fifo, 0x180);
        File.WriteAllText(program, $"""
            #!{Python}
            import os, socket
            s = socket.socket(fileno=3)
            s.recv(65536)
            socket.send_fds(s, [b"{message}"], [os.open("{fifo}", os.O_WRONLY)])
            """);
        File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        using SafeFileDescriptor reader = LinuxFile.Open(fifo, OpenFlags.ReadOnly | OpenFlags.NonBlock);
        Assert.ThrowsAny<Exception>(() => new Criu(program, _directory, _directory).Run(Criu.Action.Restore, new CriuOptions()));
        // 0 is the end: nobody has the other side open. -EAGAIN would be somebody.
        Assert.Equal(0, RawIo.Read(reader.Number, new byte[1]));
    }
}
