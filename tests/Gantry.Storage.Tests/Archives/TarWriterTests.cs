using System.Text;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Storage.Tests.Archives;

/// <summary>What the plain header has room for is in it: some readers know nothing else.</summary>
public sealed class TarWriterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(100, 0, true)]
    [InlineData(155, 100, true)]
    [InlineData(60, 99, true)]
    [InlineData(156, 100, false)]
    [InlineData(155, 101, false)]
    [InlineData(101, 0, false)]
    public void LongNames(int directory, int file, bool plain)
    {
        string name = new string('d', directory) + (file > 0 ? "/" + new string('f', file) : "");
        Assert.Equal(plain, IsPlain(name));
        Assert.Equal([name, name + "x/"], Names(name));
    }

    [Theory]
    [InlineData("plain", 0u, 0u, true)]
    [InlineData("ü", 0u, 0u, false)]
    [InlineData("owner", 2097152u, 0u, false)]
    [InlineData("time", 0u, 5u, false)]
    public void OnlyWhatNeedsMoreGetsMore(string name, uint owner, uint nanoseconds, bool plain) =>
        Assert.Equal(plain, IsPlain(name, owner, nanoseconds));

    private static bool IsPlain(string name, uint owner = 0, uint nanoseconds = 0) =>
        Write(new TarEntry { Type = TarEntryType.Regular, Name = PathBytes.Of(name), Uid = owner,
            Modified = new FileTime(1, nanoseconds) })[156] == '0';

    private string[] Names(string name)
    {
        string archive = _directory["a.tar"];
        File.WriteAllBytes(archive,
            Write(new TarEntry { Type = TarEntryType.Regular, Name = PathBytes.Of(name) },
                new TarEntry { Type = TarEntryType.Directory, Name = PathBytes.Of(name + "x/") }));
        return Shell.Run($"tar -tf {archive}").Trim().Split('\n');
    }

    private static byte[] Write(params TarEntry[] entries)
    {
        using MemoryStream stream = new();
        using (TarWriter tar = new(stream))
            foreach (TarEntry entry in entries) tar.Write(entry);
        return stream.ToArray();
    }
}
