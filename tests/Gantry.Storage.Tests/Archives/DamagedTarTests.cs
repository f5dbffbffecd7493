using System.IO.Compression;
using System.Text;
using Gantry.Storage.Archives;
using Gantry.Tests.Shared;

namespace Gantry.Storage.Tests.Archives;

/// <summary>Archives that are damaged or lie about themselves are refused in words, without taking memory for what they claim.</summary>
public sealed class DamagedTarTests
{
    [Fact]
    public void CutInsideContentNamesTheEntry()
    {
        byte[] whole = new Tar().File("a/first", "1").File("a/second", new string('x', 2000)).Bytes();
        // Header and content of the first are 1024 bytes; then a header, then content.
        for (int cut = 1024 + 512 + 1; cut < 1024 + 512 + 2000; cut += 333)
            Assert.Contains("\"a/second\" is cut short", Fails(whole[..cut]));
        Assert.Contains("\"a/first\" is cut short", Fails(whole[..(1024 + 100)]));
    }

    /// <summary>As Docker's client sends a context whose Dockerfile comes from its standard input.</summary>
    [Theory]
    [InlineData(1536 + 2000)]
    [InlineData(1536 + 2000 + 1)]
    [InlineData(1536 + 2048)]
    public void WhatComesBehindTheLastContentMayBeMissing(int length)
    {
        byte[] whole = new Tar().File("a/first", "1").File("a/second", new string('x', 2000)).Bytes();
        TarReader reader = new(new MemoryStream(whole[..length]));
        Assert.Equal("a/first", reader.Next()?.ShownName);
        Assert.Equal("a/second", reader.Next()?.ShownName);
        Assert.Equal(2000, reader.ReadAll(2000).Length);
        Assert.Null(reader.Next());
    }

    [Fact]
    public void RandomBytesAreNoArchive() =>
        Assert.Contains("is no tar archive", Fails([.. Enumerable.Range(0, 2048).Select(i => (byte)(i * 7 + 1))]));

    [Fact]
    public void ADamagedHeaderIsNoticed()
    {
        byte[] whole = new Tar().File("a", "1").File("b", "2").Bytes();
        whole[1024] ^= 1;
        Assert.Contains("\"a\" is followed by a header with a wrong checksum", Fails(whole));
    }

    [Theory]
    [InlineData("0000000000x\0", "size that is no number")]
    [InlineData("99999999999\0", "size that is no number")]
    public void SizesThatAreNone(string size, string message) => Assert.Contains(message, Fails(Tar.Header("f", '0', size)));

    [Fact]
    public void NegativeSize()
    {
        byte[] header = Tar.Header("f", '0', "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
        Assert.Contains("negative size", Fails(header));
    }

    [Theory]
    [InlineData('x')]
    [InlineData('g')]
    [InlineData('L')]
    [InlineData('K')]
    public void HugeExtensionIsNotRead(char type) => Assert.Contains("extended header of", Fails(Tar.Header("f", type, "77777777777\0")));

    [Theory]
    [InlineData("5 a=b\n")]
    [InlineData("7 a=b\n")]
    [InlineData("999999 a=b\n")]
    [InlineData("99999999999999 a=b\n")]
    [InlineData("-6 a=b\n")]
    [InlineData("6 ab\n\n")]
    [InlineData("6 =ab\n")]
    [InlineData("x")]
    [InlineData("12 mtime=1.x\n")]
    [InlineData("11 uid=abc\n")]
    [InlineData("12 size=-12\n")]
    [InlineData("18 uid=4294967296\n")]
    [InlineData("20 GNU.sparse.map=1\n")]
    public void DamagedRecords(string record)
    {
        byte[] content = Encoding.Latin1.GetBytes(record.StartsWith("20 ") ? "22 GNU.sparse.size=10\n22 GNU.sparse.map=1,2,\n" : record);
        byte[] archive = [.. Tar.Header("x", 'x', Convert.ToString(content.Length, 8).PadLeft(11, '0') + "\0"), .. Tar.Padded(content),
            .. Tar.Header("f", '0', "00000000000\0"), .. new byte[1024]];
        Assert.StartsWith("archive", Fails(archive));
    }

    [Fact]
    public void AnExtensionNeedsAMember()
    {
        byte[] content = "6 a=b\n"u8.ToArray();
        byte[] archive = [.. Tar.Header("x", 'x', "00000000006\0"), .. Tar.Padded(content), .. new byte[1024]];
        Assert.Contains("belongs to no member", Fails(archive));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(1000)]
    public void CutOrDamagedCompressionIsNoticed(int fromEnd)
    {
        byte[] tar = new Tar().File("a", string.Concat(Enumerable.Range(0, 20000).Select(i => i * 7919 % 1000))).Bytes();
        MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(tar);
        byte[] bytes = zipped.ToArray();
        Assert.Contains("cut short", Fails(bytes[..^fromEnd]));
    }

    [Fact]
    public void OtherCompressionIsNamed()
    {
        Assert.Contains("bzip2", Fails("BZh91AY&SY"u8.ToArray()));
        Assert.Contains("xz", Fails([0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0]));
    }

    /// <summary>Whatever comes out, it is an answer or a refusal, never a crash.</summary>
    [Fact]
    public void DamageNeverCrashes()
    {
        byte[] whole = new Tar().Directory("d").File(new string('p', 120), "content", attributes: ("user.a", [1, 2, 3])).Link("l", "d")
            .HardLink("h", "d/f").Device("null", TarEntryType.CharacterDevice, 1, 3).Bytes();
        Random random = new(1);
        for (int i = Fuzzing.Rounds(4000); i > 0; i--)
        {
            try
            {
                ReadAll(Fuzzing.Damage(whole, random));
            }
            catch (GantryException)
            {
                // A refusal is as good as an answer.
            }
        }
    }

    private static string Fails(byte[] bytes)
    {
        GantryException e = Assert.Throws<GantryException>(() => ReadAll(bytes));
        Assert.True(e.Kind is ErrorKind.InvalidArgument or ErrorKind.Unsupported);
        return e.Message;
    }

    private static void ReadAll(byte[] bytes)
    {
        TarReader reader = new(Decompression.Open(new MemoryStream(bytes)));
        while (reader.Next() is not null) { }
        reader.Drain();
    }
}
