using Gantry.Engine.Images.Push;
using Gantry.Linux.Compression;
using Gantry.Storage.Archives;

namespace Gantry.Engine.Tests.Images;

public sealed class CompressionKindTests
{
    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void TheSameBytesGiveTheSameFormAndComeBack(string name)
    {
        byte[] content = [.. Enumerable.Range(0, 3_000_000).Select(static i => (byte)(i * i >> 7))];
        byte[] once = Compress(content), again = Compress(content);
        Assert.Equal(once, again);
        Assert.True(once.Length < content.Length);
        using Stream back = Decompression.Open(new MemoryStream(once));
        using MemoryStream read = new();
        back.CopyTo(read);
        Assert.Equal(content, read.ToArray());

        byte[] Compress(byte[] bytes)
        {
            using MemoryStream output = new();
            using (Stream stream = CompressionKind.Parse(name).Open(output))
                foreach (byte[] piece in bytes.Chunk(100_001)) stream.Write(piece, 0, piece.Length);
            return output.ToArray();
        }
    }

    [Fact]
    public void NothingIsAFrameToo()
    {
        using MemoryStream output = new();
        new ZstdWriteStream(output).Dispose();
        using Stream back = new ZstdReadStream(new MemoryStream(output.ToArray()));
        Assert.Equal(0, back.Read(new byte[10], 0, 10));
    }
}
