using System.Text;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Storage.Tests.Archives;

/// <summary>Reads what other programs write.</summary>
public sealed class TarReaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("v7")]
    [InlineData("oldgnu")]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("pax")]
    public void EveryFormatOfGnuTar(string format)
    {
        string tree = _directory["tree"], archive = _directory["a.tar"];
        Shell.Run($"mkdir -p {tree}/d && printf hello > {tree}/d/f && ln -s f {tree}/d/l && ln {tree}/d/f {tree}/d/h && chmod 4755 "
            + $"{tree}/d/f && touch -d @1000000000 {tree}/d/f && tar --format={format} --sort=name --owner=12:34 -C {tree} -cf "
            + $"{archive} d");
        List<(TarEntry Entry, byte[] Content)> entries = Read(archive);
        Assert.Equal(["d/", "d/f", "d/h", "d/l"], entries.Select(e => e.Entry.ShownName));
        Assert.Equal([TarEntryType.Directory, TarEntryType.Regular, TarEntryType.HardLink, TarEntryType.Link],
            entries.Select(e => e.Entry.Type));
        TarEntry file = entries[1].Entry;
        Assert.Equal("hello", Encoding.ASCII.GetString(entries[1].Content));
        Assert.Equal((0x9EDu, 1000000000L, 5L), (file.Mode, file.Modified.Seconds, file.Size));
        Assert.Equal("f", PathBytes.Show(entries[3].Entry.LinkName));
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("pax")]
    public void NamesOfAnyLength(string format)
    {
        string name = string.Join('/', Enumerable.Repeat(new string('n', 200), 5)), archive = _directory["a.tar"], target = new('t', 300);
        Shell.Run($"cd {_directory.Path} && mkdir -p {Path.GetDirectoryName(name)} && echo x > {name} && ln -s {target} l && tar "
            + $"--format={format} -cf {archive} {name} l");
        List<(TarEntry Entry, byte[] Content)> entries = Read(archive);
        Assert.Equal(name, entries[0].Entry.ShownName);
        Assert.Equal(target, PathBytes.Show(entries[1].Entry.LinkName));
    }

    [Theory]
    [InlineData("--format=gnu --sparse")]
    [InlineData("--format=pax --sparse --sparse-version=0.0")]
    [InlineData("--format=pax --sparse --sparse-version=0.1")]
    [InlineData("--format=pax --sparse --sparse-version=1.0")]
    public void SparseFilesComeOutWhole(string options)
    {
        string archive = _directory["a.tar"], original = _directory["sparse"];
        // More than four pieces, so that the old format needs further blocks.
        Shell.Run($"cd {_directory.Path} && truncate -s 8M sparse && for i in 0 5 9 70 100 200 333; do echo piece$i | dd of=sparse "
            + $"bs=8192 seek=$i conv=notrunc status=none; done && echo after > after && tar {options} -cf {archive} sparse after");
        using OverlaySnapshotter snapshotter = new(_directory["data"]);
        using ILayerUnpack layer = snapshotter.Unpack(null);
        layer.Apply(File.OpenRead(archive), default);
        string diff = Directory.GetDirectories(_directory["data/overlay2"]).Single() + "/diff";
        Assert.Equal(File.ReadAllBytes(original), File.ReadAllBytes(diff + "/sparse"));
        Assert.Equal("after\n", File.ReadAllText(diff + "/after"));
        Assert.True(long.Parse(Shell.Run($"stat -c %b {diff}/sparse")) < 1000, "holes are holes");
    }

    [Fact]
    public void NumbersBeyondOctal()
    {
        string archive = _directory["a.tar"];
        Shell.Run($"cd {_directory.Path} && echo x > f && touch -d '1950-01-01 00:00:00 UTC' f && tar --format=gnu "
            + $"--owner=3000000:3000000000 -cf {archive} f");
        TarEntry entry = Read(archive)[0].Entry;
        Assert.Equal(-631152000, entry.Modified.Seconds);
        Shell.Run($"cd {_directory.Path} && touch -d '1950-01-01 00:00:00.25 UTC' f && tar --format=pax --group=4000000000 "
            + $"--owner=3000000000 -cf {archive} f");
        entry = Read(archive)[0].Entry;
        Assert.Equal(new FileTime(-631152000, 250_000_000), entry.Modified);
        Assert.Equal((3000000000u, 4000000000u), (entry.Uid, entry.Gid));
    }

    [Fact]
    public void BytesThatAreNoTextSurvive()
    {
        byte[] name = [(byte)'n', 0xff, 0xfe], value = [1, 0, 0, 2, 0xff, 0x80, 0, (byte)'\n', (byte)'='];
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream))
            writer.Write(new TarEntry { Type = TarEntryType.Regular, Name = name, Attributes = [new("user.x=y"u8.ToArray()[..6], value)] });
        stream.Position = 0;
        TarEntry entry = new TarReader(stream).Next()!;
        Assert.Equal(name, entry.Name);
        Assert.Equal(value, entry.Attributes[0].Value);
    }

    [Fact]
    public void OursAreReadByGnuTar()
    {
        string archive = _directory["a.tar"], name = new string('x', 150) + "/ä";
        File.WriteAllBytes(archive,
            new Tar().Directory("d").File(name, "content", 0x9ED, 3000000, 5, new FileTime(1000000000, 5)).Link("l", new string('t', 200))
                .HardLink("h", name).Bytes());
        string listing = Shell.Run($"tar --numeric-owner --full-time --quoting-style=literal -tvf {archive}");
        Assert.Contains("-rwsr-xr-x 3000000/5", listing);
        Assert.Contains("2001-09-09 01:46:40.000000005", listing);
        Assert.Contains(name, listing);
        Assert.Contains("l -> " + new string('t', 200), listing);
        Assert.Contains("h link to " + name, listing);
    }

    private static List<(TarEntry Entry, byte[] Content)> Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        TarReader reader = new(stream);
        List<(TarEntry, byte[])> entries = [];
        while (reader.Next() is { } entry) entries.Add((entry, reader.ReadAll(1 << 20)));
        return entries;
    }
}
