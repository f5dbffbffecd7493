using System.Text;
using Gantry.Linux.Files;
using Gantry.Linux.Sockets;

namespace Gantry.Linux.Tests.Sockets;

public sealed class UnixSocketTests
{
    [Fact]
    public void ADescriptorTravelsWithTheBytes()
    {
        using Scratch scratch = new();
        File.WriteAllText(scratch.At("file"), "content");
        var (first, second) = UnixSocket.Pair();
        using (first) using (second) using (SafeFileDescriptor file = LinuxFile.Open(scratch.At("file"), OpenFlags.ReadOnly))
        {
            UnixSocket.Send(first, "name"u8, file.Number);
            byte[] buffer = new byte[16];
            var (count, received) = UnixSocket.Receive(second, buffer);
            Assert.Equal("name", Encoding.ASCII.GetString(buffer, 0, count));
            using SafeFileDescriptor copy = Assert.IsType<SafeFileDescriptor>(received);
            Assert.NotEqual(file.Number, copy.Number);
            Assert.Equal("content", File.ReadAllText(copy.ProcPath));
        }
    }

    [Fact]
    public void APathLongerThanAnAddressIsReachedAllTheSame()
    {
        using Scratch scratch = new();
        string directory = scratch.At(new string('d', 120));
        Directory.CreateDirectory(directory);
        using SafeFileDescriptor listener = UnixSocket.Listen($"{directory}/socket");
        using SafeFileDescriptor client = UnixSocket.Connect($"{directory}/socket");
        using SafeFileDescriptor? server = UnixSocket.Accept(listener);
        Assert.NotNull(server);
    }
}
