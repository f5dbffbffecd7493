using System.Net.Sockets;
using System.Text;
using Gantry.Cli.Builds.Context;
using Gantry.Cli.CommandLine;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Xunit;

namespace Gantry.Cli.Tests.Builds.Context;

public sealed class LocalContextTests : IDisposable
{
    private readonly PackedContext _context = new();

    public void Dispose() => _context.Dispose();

    [Fact]
    public void EverythingGoesWithItsModeAndTimeAndBelongsToRoot()
    {
        _context.With("Dockerfile").With("dir/program");
        File.SetUnixFileMode(Path.Combine(_context.Root, "dir/program"), (UnixFileMode)Convert.ToInt32("751", 8));
        File.SetLastWriteTimeUtc(Path.Combine(_context.Root, "dir/program"), DateTime.UnixEpoch.AddSeconds(1234.5));
        File.CreateSymbolicLink(Path.Combine(_context.Root, "link"), "/no/where");
        (BuildContext context, List<TarEntry> entries) = _context.Pack();

        Assert.Equal("Dockerfile", context.Dockerfile);
        Assert.Equal(["Dockerfile", "dir/", "dir/program", "link"], entries.Select(entry => entry.ShownName));
        Assert.All(entries, entry => Assert.Equal((0u, 0u), (entry.Uid, entry.Gid)));
        Assert.Equal(Convert.ToUInt32("751", 8), entries[2].Mode);
        Assert.Equal(new FileTime(1234, 0), entries[2].Modified);
        Assert.Equal("/no/where", Encoding.UTF8.GetString(entries[3].LinkName));
    }

    [Fact]
    public void LittleIsAnArchiveAtOnceAndMuchIsNone()
    {
        _context.With("Dockerfile").With(".dockerignore", "not\n").With("a").With("not", new string('x', SmallArchive.MaxSize));
        BuildContext context = BuildContext.Find(_context.Root, "");
        using MemoryStream archive = new();
        context.Write!(archive);
        Assert.Equal(archive.ToArray(), context.Small!());
        _context.With("much", new string('x', SmallArchive.MaxSize));
        Assert.Null(context.Small!());
    }

    [Fact]
    public void ADockerfileFromElsewhereIsNoPartOfALittleArchive()
    {
        _context.With("Dockerfile");
        string elsewhere = _context["elsewhere"];
        File.WriteAllText(elsewhere, "FROM scratch\n");
        Assert.Null(BuildContext.Find(_context.Root, elsewhere).Small!());
    }

    [Fact]
    public void WhatThePatternsSayStaysHere()
    {
        _context.With("Dockerfile").With(".dockerignore", "*.log\nout\n!keep.log\n").With("a").With("b.log").With("keep.log").With("out/x");
        Assert.Equal([".dockerignore", "Dockerfile", "a", "keep.log"], _context.Names());
    }

    [Fact]
    public void DockerfileAndPatternsGoWhateverThePatternsSay()
    {
        _context.With("files/Dockerfile").With("files/other").With(".dockerignore", "*\n").With("a");
        Assert.Equal([".dockerignore", "files/", "files/Dockerfile"], _context.Names(_context["context/files/Dockerfile"]));
    }

    [Fact]
    public void DirectoriesAroundWhatIsTakenInAgainGoWithTheirModes()
    {
        _context.With("Dockerfile").With(".dockerignore", "dir\n!dir/in/keep\n").With("dir/in/keep").With("dir/in/not")
            .With("dir/other/not");
        File.SetUnixFileMode(Path.Combine(_context.Root, "dir"), (UnixFileMode)Convert.ToInt32("711", 8));
        List<TarEntry> entries = _context.Pack().Entries;
        Assert.Equal([".dockerignore", "Dockerfile", "dir/", "dir/in/", "dir/in/keep"], entries.Select(entry => entry.ShownName));
        Assert.Equal(Convert.ToUInt32("711", 8), entries[2].Mode);
    }

    [Fact]
    public void ADockerfilesOwnPatternsCountAlone()
    {
        _context.With("a.Dockerfile").With("a.Dockerfile.dockerignore", "secret\n").With(".dockerignore", "a\n").With("a").With("secret");
        Assert.Equal([".dockerignore", "a", "a.Dockerfile", "a.Dockerfile.dockerignore"], _context.Names(_context["context/a.Dockerfile"]));
    }

    [Fact]
    public void ADockerfileFromElsewhereGoesUnderANameOfItsTextAndIsLeftOutOfCopies()
    {
        _context.With("Dockerfile").With("a").With("../elsewhere", "FROM scratch\n").With("../other", "FROM scratch\nLABEL a=b\n");
        string file = _context["elsewhere"], name = _context.Pack(file).Context.Dockerfile!;
        Assert.Matches(@"^\.dockerfile\.[0-9a-f]{20}$", name);
        Assert.Equal(name, _context.Pack(file).Context.Dockerfile);
        Assert.NotEqual(name, _context.Pack(_context["other"]).Context.Dockerfile);
        Assert.Equal(["Dockerfile", "a", name, ".dockerignore"], _context.Names(file));
        Assert.Equal("FROM scratch\n", Encoding.UTF8.GetString(_context.Content(name, file)));
        Assert.Equal($".dockerignore\n{name}\n", Encoding.UTF8.GetString(_context.Content(".dockerignore", file)));

        _context.With(".dockerignore", "a");
        Assert.Equal(["Dockerfile", name, ".dockerignore"], _context.Names(file));
        Assert.Equal($"a\n{name}\n", Encoding.UTF8.GetString(_context.Content(".dockerignore", file)));
        // Beside the Dockerfile, not beside the context's.
        _context.With("../elsewhere.dockerignore", "Dockerfile");
        Assert.Equal(["a", name, ".dockerignore"], _context.Names(file));
    }

    [Fact]
    public void ALinkToADockerfileElsewhereIsFollowed()
    {
        _context.With("a").With("../elsewhere", "FROM scratch\n");
        File.CreateSymbolicLink(Path.Combine(_context.Root, "Dockerfile"), "../elsewhere");
        string name = _context.Pack().Context.Dockerfile!;
        Assert.StartsWith(".dockerfile.", name);
        Assert.Equal("FROM scratch\n", Encoding.UTF8.GetString(_context.Content(name)));
    }

    [Fact]
    public void ASmallDockerfileIsFound()
    {
        _context.With("dockerfile");
        Assert.Equal("dockerfile", _context.Pack().Context.Dockerfile);
    }

    [Fact]
    public void NamesAreBytesAndSocketsStayHere()
    {
        _context.With("Dockerfile").With(".dockerignore", "b*\n");
        foreach (byte[] name in (byte[][])[[(byte)'a', 0xff], [(byte)'b', 0xfe]])
        {
            using DirectoryHandle directory = DirectoryHandle.Open(_context.Root);
            Assert.Equal(0, directory.TryCreate(name, Octal.O644, out FileWriter? file));
            file!.Dispose();
        }
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(Path.Combine(_context.Root, "socket")));
        List<TarEntry> entries = _context.Pack().Entries;
        Assert.Equal(3, entries.Count);
        Assert.Equal([(byte)'a', 0xff], entries[2].Name);
    }

    [Fact]
    public void AFileWithTwoNamesGoesOnce()
    {
        _context.With("Dockerfile").With("a", "content");
        using (DirectoryHandle directory = DirectoryHandle.Open(_context.Root))
            Assert.Equal(0, directory.TryMakeHardLink("b"u8, directory, "a"u8));
        TarEntry second = _context.Pack().Entries[2];
        Assert.Equal((TarEntryType.HardLink, "a"), (second.Type, Encoding.UTF8.GetString(second.LinkName)));
    }

    /// <summary>An end mark behind what failed would be a context.</summary>
    [Fact]
    public void ATreeWithoutEndIsRefusedAndItsArchiveHasNoEnd()
    {
        _context.With("Dockerfile");
        DirectoryHandle directory = DirectoryHandle.Open(_context.Root);
        for (int depth = 0; depth < 2100; depth++)
        {
            Assert.Equal(0, directory.TryMakeDirectory("d"u8, Octal.O755));
            Assert.Equal(0, directory.TryOpen("d"u8, out DirectoryHandle? inner));
            directory.Dispose();
            directory = inner!;
        }
        directory.Dispose();
        using MemoryStream sent = new();
        ContextUpload upload = new(BuildContext.Find(_context.Root, "").Write!, compress: false, (_, isAll) => Assert.False(isAll));
        Assert.Throws<GantryException>(() => upload.Write(sent));
        Assert.Contains("nested", upload.Failure!.Message);
        Assert.NotEqual(new byte[1024], sent.ToArray()[^1024..]);
    }

    [Theory]
    [InlineData("[", "error checking context: syntax error in pattern")]
    [InlineData("!", "error checking context: illegal exclusion pattern: \"!\"")]
    public void PatternsThatAreNoneAreRefused(string pattern, string message)
    {
        _context.With("Dockerfile").With(".dockerignore", pattern);
        Assert.StartsWith(message, Assert.Throws<CliException>(() => _context.Pack()).Message);
    }

    [Fact]
    public void WhatIsNoContextIsRefusedInDockersWords()
    {
        _context.With("file");
        Assert.Equal($"unable to prepare context: path \"{_context["no"]}\" not found", Refusal(_context["no"]));
        Assert.Equal("unable to prepare context: path \"\" not found", Refusal(""));
        Assert.Equal($"unable to prepare context: context must be a directory: {_context["context/file"]}",
            Refusal(_context["context/file"]));
        const string start = "unable to prepare context: unable to evaluate symlinks in Dockerfile path: lstat";
        Assert.Equal($"{start} {_context["context/Dockerfile"]}: no such file or directory", Refusal(_context.Root));
        Assert.Equal($"{start} {_context["no"]}: no such file or directory", Refusal(_context.Root, _context["no"]));
        Assert.Contains("no regular file", Refusal(_context.Root, _context.Root));
        Assert.Equal("invalid argument: can't use stdin for both build context and dockerfile", Refusal("-", "-"));
    }

    [Theory]
    [InlineData("https://example.com/x.tar.gz")]
    [InlineData("git://example.com/x.git#main:dir")]
    [InlineData("github.com/a/b")]
    [InlineData("git@example.com:a/b.git")]
    public void AnAddressIsForTheDaemonToFetch(string address)
    {
        BuildContext context = BuildContext.Find(address, "other.Dockerfile");
        Assert.Equal((address, "other.Dockerfile", null), (context.Remote, context.Dockerfile, context.Write));
    }

    private static string Refusal(string operand, string file = "") =>
        Assert.Throws<CliException>(() => BuildContext.Find(operand, file)).Message;
}
