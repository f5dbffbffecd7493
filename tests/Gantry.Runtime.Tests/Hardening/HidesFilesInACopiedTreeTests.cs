using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Runtime.Tests.Hardening;

/// <summary>An image's directory that a tmpfs shall start with holds links to the host, FIFOs that wait for ever, and devices.</summary>
public sealed class HidesFilesInACopiedTreeTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    [Fact]
    public void LinksStayLinksAndWhatIsNoFileStaysBehind()
    {
        Directory.CreateDirectory(_bundle.In("data/deep"));
        File.WriteAllText(_bundle.In("data/deep/file"), "content");
        File.SetUnixFileMode(_bundle.In("data/deep/file"), (UnixFileMode)0x1A0);
        File.WriteAllText(Path.Combine(_bundle.Outside, "secret"), "of the host");
        _bundle.Link("data/link", Path.Combine(_bundle.Outside, "secret"));
        using (SafeFileDescriptor data = LinuxFile.OpenDirectory(_bundle.In("data")))
        {
            Node.Make(data, "fifo", FileKind.Fifo, 0x1B6);
            Node.Make(data, "device", FileKind.CharacterDevice, 0x1B6, 1, 3);
            Node.SetOwner(data, "deep", 1000, 1001);
        }
        _bundle.Script("echo $(ls /data) $(cat /data/deep/file) $(stat -c %u:%g:%a /data/deep /data/deep/file); cat /data/link 2> "
            + "/dev/null; echo changed > /data/deep/file",
            static s => HostileBundle.WithMount(s, "/data", "tmpfs", "tmpfs", "tmpcopyup"));
        Assert.Equal("deep link content 1000:1001:755 0:0:640", _bundle.Output());
        Assert.Equal("content", File.ReadAllText(_bundle.In("data/deep/file")));
        File.Delete(Path.Combine(_bundle.Outside, "secret"));
    }

    public void Dispose() => _bundle.Dispose();
}
