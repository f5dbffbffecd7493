using System.Text;
using Gantry.Build.Transfer;
using Gantry.BuildKit.Results;
using Gantry.Linux.Trees;

namespace Gantry.BuildKit.Tests.Results;

public sealed class FileTellerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-teller-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private DirectoryHandle Tree(string name, params (string Path, string Content)[] files)
    {
        foreach ((string path, string content) in files)
        {
            string file = Path.Combine(_directory, name, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, content);
        }
        return DirectoryHandle.Open(Path.Combine(_directory, name));
    }

    private static string[] Paths(FileTeller teller) => [.. teller.Tell().Select(stat => Encoding.UTF8.GetString(stat.Path))];

    private static string Content(FileTeller teller, uint id) =>
        string.Concat(teller.Read(id).Select(piece => Encoding.UTF8.GetString(piece.Span)));

    [Fact]
    public void FilesOfSeveralTreesAreBelowTheirNamesInOrder()
    {
        using DirectoryHandle one = Tree("one", ("a", "of one"), ("d/b", "also of one")), other = Tree("other", ("a", "of other"));
        FileTeller teller = new([new NamedTree("linux_arm64", other), new NamedTree("linux_amd64", one)]);
        Assert.Equal(["linux_amd64", "linux_amd64/a", "linux_amd64/d", "linux_amd64/d/b", "linux_arm64", "linux_arm64/a"], Paths(teller));
        Assert.Equal([false, true, false, true, false, true], Enumerable.Range(0, 6).Select(id => teller.Claim((uint)id)));
        Assert.Equal(["of one", "also of one", "of other"], ((uint[])[1, 3, 5]).Select(id => Content(teller, id)));
        Assert.False(teller.Claim(1));
        Assert.False(teller.Claim(6));
    }

    [Fact]
    public void ATreeWithoutANameIsTheTop()
    {
        using DirectoryHandle one = Tree("one", ("a", "x"), ("d/b", "y"));
        FileTeller teller = new([new NamedTree("", one)]);
        Assert.Equal(["a", "d", "d/b"], Paths(teller));
        Assert.True(teller.Claim(2));
        Assert.Equal("y", Content(teller, 2));
    }
}
