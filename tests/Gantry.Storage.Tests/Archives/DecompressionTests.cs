using System.Diagnostics;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Tests.Archives;

public sealed class DecompressionTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 700_000).Select(static i => (byte)(i * i >> 7))];

    public static TheoryData<string> Programs => ["gzip", "zstd", "xz", "bzip2"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void WhatAProgramCompressedComesBack(string program)
    {
        byte[] compressed = Compress(program, Content);
        Assert.Equal(Content, Read(Decompression.OpenAny(new MemoryStream(compressed))));
        // Several pieces in a row are one.
        Assert.Equal([.. Content, .. Content], Read(Decompression.OpenAny(new MemoryStream([.. compressed, .. compressed]))));
        Assert.Empty(Read(Decompression.OpenAny(new MemoryStream(Compress(program, [])))));
    }

    // Of gzip it is the archive in it that tells: .NET does not.
    [Theory]
    [InlineData("zstd")]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void DamageIsNoticed(string program)
    {
        byte[] compressed = Compress(program, Content);
        Assert.Throws<GantryException>(() => Read(Decompression.OpenAny(new MemoryStream(compressed[..^20]))));
        Assert.Throws<GantryException>(() => Read(Decompression.OpenAny(new MemoryStream(compressed[..(compressed.Length / 2)]))));
        byte[] damaged = [.. compressed];
        for (int i = damaged.Length / 2; i < damaged.Length / 2 + 40; i++) damaged[i] ^= 0x55;
        Assert.Throws<GantryException>(() => Read(Decompression.OpenAny(new MemoryStream(damaged))));
    }

    [Theory]
    [InlineData("xz")]
    [InlineData("bzip2")]
    public void ALayerMayNotBe(string program) =>
        Assert.Equal(ErrorKind.Unsupported,
            Assert.Throws<GantryException>(() => Decompression.Open(new MemoryStream(Compress(program, Content)))).Kind);

    [Theory]
    [InlineData("")]
    [InlineData("BZh")]
    [InlineData("BZhello")]
    [InlineData("no archive")]
    public void WhatIsNotCompressedStays(string text) =>
        Assert.Equal(text,
            System.Text.Encoding.ASCII.GetString(Read(Decompression.OpenAny(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(text))))));

    private static byte[] Read(Stream stream)
    {
        using MemoryStream all = new();
        using (stream) stream.CopyTo(all, 4096);
        return all.ToArray();
    }

    private static byte[] Compress(string program, byte[] content)
    {
        Assert.SkipUnless(File.Exists($"/usr/bin/{program}") || File.Exists($"/bin/{program}"), $"{program} is not installed");
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(file, content);
            using Process process = Process.Start(new ProcessStartInfo(program, ["-c", file]) { RedirectStandardOutput = true })!;
            using MemoryStream output = new();
            process.StandardOutput.BaseStream.CopyTo(output);
            process.WaitForExit();
            return output.ToArray();
        }
        finally
        {
            File.Delete(file);
        }
    }
}
