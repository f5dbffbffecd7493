using System.IO.Compression;
using System.Text;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.CommandLine;
using Gantry.Storage.Archives;
using Xunit;

namespace Gantry.Cli.Tests.Builds.Context;

public sealed class InputContextTests
{
    private static byte[] Archive()
    {
        using MemoryStream archive = new();
        using (TarWriter tar = new(archive)) tar.WriteFile("Dockerfile", "FROM scratch\n"u8);
        return archive.ToArray();
    }

    private static byte[] Sent(BuildContext context)
    {
        using MemoryStream sent = new();
        context.Write!(sent);
        return sent.ToArray();
    }

    [Fact]
    public void TextIsADockerfile()
    {
        BuildContext context = InputContext.Read(new MemoryStream("FROM scratch\n"u8.ToArray()), "");
        (_, List<TarEntry> entries) = PackedContext.Pack(context);
        Assert.Equal(("Dockerfile", "Dockerfile", 13), (context.Dockerfile, Assert.Single(entries).ShownName, entries[0].Size));
        Assert.Equal(2048, Sent(context).Length);
    }

    [Fact]
    public void TextLongerThanAHeaderIsADockerfileToo()
    {
        string text = "FROM scratch\n" + string.Concat(Enumerable.Repeat("# a comment\n", 10_000));
        BuildContext context = InputContext.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "");
        Assert.Equal(text.Length, PackedContext.Pack(context).Entries[0].Size);
    }

    [Fact]
    public void AnArchiveGoesAsItIs()
    {
        byte[] archive = Archive();
        BuildContext context = InputContext.Read(new MemoryStream(archive), "other");
        Assert.Equal("other", context.Dockerfile);
        Assert.Equal(archive, Sent(context));
        // One of nothing as well: the daemon says what it misses.
        Assert.Equal(new byte[1024], Sent(InputContext.Read(new MemoryStream(new byte[1024]), "")));
    }

    [Fact]
    public void ACompressedArchiveIsKnownByItsFirstBytes()
    {
        using MemoryStream packed = new();
        using (GZipStream zip = new(packed, CompressionLevel.Fastest, leaveOpen: true)) zip.Write(Archive());
        Assert.Equal(packed.ToArray(), Sent(InputContext.Read(new MemoryStream(packed.ToArray()), "")));
        foreach (byte[] head in (byte[][])[[0x28, 0xb5, 0x2f, 0xfd, 1, 2], [.. "BZh91AY"u8], [0xfd, .. "7zXZ\0"u8]])
            Assert.Equal(head, Sent(InputContext.Read(new MemoryStream(head), "")));
    }

    [Fact]
    public void ADockerfileOnInputAndInAnOptionAreTwo() =>
        Assert.Equal("unable to prepare context: ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles",
            Assert.Throws<CliException>(() => InputContext.Read(new MemoryStream("FROM scratch\n"u8.ToArray()), "other")).Message);

    [Fact]
    public void TextWithoutEndIsRefused() => Assert.Contains("longer than",
        Assert.Throws<CliException>(() => InputContext.Read(new MemoryStream([.. Enumerable.Repeat((byte)'a', 5 << 20)]), "")).Message);
}
