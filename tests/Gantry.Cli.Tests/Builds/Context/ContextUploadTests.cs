using System.IO.Compression;
using Gantry.Api.Client;
using Gantry.Cli.Builds.Context;
using Xunit;

namespace Gantry.Cli.Tests.Builds.Context;

public sealed class ContextUploadTests
{
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 3 << 20).Select(i => (byte)(i >> 8))];

    [Theory]
    [InlineData(1)]
    [InlineData(64 << 10)]
    [InlineData((64 << 10) + 1)]
    [InlineData(3 << 20)]
    public void TheDaemonHasNotAllBeforeThatIsSaid(int length)
    {
        using MemoryStream sent = new();
        List<long> told = [];
        ContextUpload upload = new(stream => stream.Write(Bytes.AsSpan(0, length)), compress: false, (count, isAll) =>
        {
            told.Add(count);
            if (isAll) Assert.InRange(sent.Length, 0, length - 1);
        });
        upload.Write(sent);
        Assert.Equal(Bytes[..length], sent.ToArray());
        Assert.Equal(length, told[^1]);
    }

    [Fact]
    public void ItIsCompressedWhenAsked()
    {
        using MemoryStream sent = new();
        long told = 0;
        new ContextUpload(stream => stream.Write(Bytes), compress: true, (count, _) => told = count).Write(sent);
        Assert.Equal(sent.Length, told);
        sent.Position = 0;
        using MemoryStream back = new();
        using (GZipStream zip = new(sent, CompressionMode.Decompress)) zip.CopyTo(back);
        Assert.Equal(Bytes, back.ToArray());
    }

    [Fact]
    public void ADaemonThatWantsNoMoreIsNoFailureOfTheContext()
    {
        ContextUpload upload = new(_ => throw new BodyNotWantedException(new IOException("closed")), compress: false, (_, _) => { });
        Assert.Throws<BodyNotWantedException>(() => upload.Write(Stream.Null));
        Assert.Null(upload.Failure);
    }
}
