using Gantry.Linux.Trees;
using Gantry.Storage.Layers;

namespace Gantry.Storage.Tests.Layers;

/// <summary>Files that are brought into a tree in use: there is the old one or the whole new one, whatever happens on the way.</summary>
public sealed class TreeExtractTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void AnArchiveThatBreaksOffLeavesTheOldFile()
    {
        File.WriteAllText(_directory["f"], "old");
        byte[] archive = new Tar().File("f", new string('n', 100_000)).Bytes();
        Assert.ThrowsAny<Exception>(() => Extract(new MemoryStream(archive[..50_000])));
        Assert.Equal("old", File.ReadAllText(_directory["f"]));
        Assert.Equal(["f"], Names());
    }

    [Fact]
    public void WhoLooksMeanwhileSeesTheOldFile()
    {
        File.WriteAllText(_directory["f"], "old");
        byte[] archive = new Tar().File("f", new string('n', 100_000)).File("g", new string('m', 100_000)).Bytes();
        List<string> seen = [];
        Extract(new Watched(archive, read =>
        {
            if (read is > 50_000 and < 100_000) seen.Add(string.Join(' ', Names()) + File.ReadAllText(_directory["f"]).Length);
            if (read is > 150_000 and < 200_000) seen.Add(string.Join(' ', Names()) + File.ReadAllText(_directory["f"]).Length);
        }));
        Assert.Equal(["f3", "f100000"], seen.Distinct());
        Assert.Equal(["f", "g"], Names());
    }

    [Fact]
    public void AFileIsPutOverLinksAndDirectories()
    {
        File.CreateSymbolicLink(_directory["link"], "nowhere");
        Directory.CreateDirectory(_directory["d/below"]);
        Extract(new MemoryStream(new Tar().File("link", "one").File("d", "two").Bytes()));
        Assert.Null(new FileInfo(_directory["link"]).LinkTarget);
        Assert.Equal("one", File.ReadAllText(_directory["link"]));
        Assert.Equal("two", File.ReadAllText(_directory["d"]));
        Assert.Equal(["d", "link"], Names());
    }

    private void Extract(Stream archive)
    {
        using DirectoryHandle root = DirectoryHandle.Open(_directory.Path);
        TreeExtract.Run(root, archive, new ExtractRules(), CancellationToken.None);
    }

    private string[] Names() =>
        [.. Directory.EnumerateFileSystemEntries(_directory.Path).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Hands out small pieces, and says before each how many bytes it gave.</summary>
    private sealed class Watched(byte[] bytes, Action<int> before) : Stream
    {
        private int _position;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            before(_position);
            int length = Math.Min(Math.Min(count, 4096), bytes.Length - _position);
            bytes.AsSpan(_position, length).CopyTo(buffer.AsSpan(offset));
            _position += length;
            return length;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
