using Gantry.Build.Contexts;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;
using Gantry.Tests.Shared;

namespace Gantry.Build.Tests.Contexts;

/// <summary>Docker's words are those of dockerd 20.10 with its classic builder.</summary>
public sealed class ContextDirectoryTests : IDisposable
{
    private readonly TestTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Theory]
    [InlineData("tar cf")]
    [InlineData("tar czf")]
    [InlineData("tar cjf")]
    [InlineData("tar cJf")]
    [InlineData("tar --zstd -cf")]
    public void ItIsReceivedAsRootsWhateverItIsCompressedWith(string pack)
    {
        using ContextDirectory context = Receive(
            "echo FROM x > Dockerfile; mkdir d; echo 1 > d/a; chmod 640 d/a; chown -R 5:6 .; chmod 777 .; ln -s d l; touch -hd @7 d/a l d",
            pack);
        Assert.Equal("FROM x\n", context.Dockerfile);
        Assert.Contains("ctx/d/ 755 0:0 1970-01-01T00:00:07", _tree.List(times: true));
        Assert.Contains("ctx/d/a 640 0:0 1970-01-01T00:00:07", _tree.List(times: true));
        Assert.Contains("ctx/l -> d 777 0:0 1970-01-01T00:00:07", _tree.List(times: true));
        // Steps that have it mounted see it so, whatever the archive says of its top.
        Assert.Contains(_tree.List(), line => line == "ctx/ 755 0:0");
    }

    [Fact]
    public void ItGoesWithTheBuild()
    {
        Receive("echo FROM x > Dockerfile; mkdir -p d/e; : > d/e/f", "tar cf").Dispose();
        Assert.False(Directory.Exists(_tree["ctx"]));
    }

    [Theory]
    [InlineData("", "nosuch", "Cannot locate specified Dockerfile: nosuch")]
    [InlineData("", "", "Cannot locate specified Dockerfile: Dockerfile")]
    [InlineData("ln -s /etc/passwd l", "l", "Cannot locate specified Dockerfile: l")]
    [InlineData("ln -s l l", "l", "Cannot locate specified Dockerfile: l")]
    [InlineData("", "../x", "forbidden path outside the build context: ../x ()")]
    [InlineData("", "d/../../x", "forbidden path outside the build context: d/../../x ()")]
    [InlineData(": > empty", "empty", "the Dockerfile (empty) cannot be empty")]
    [InlineData("mkdir d", "d", "unexpected error reading Dockerfile: d is a directory")]
    [InlineData("", ".", "unexpected error reading Dockerfile: . is a directory")]
    [InlineData("mkfifo f", "f", "unexpected error reading Dockerfile: f is no regular file")]
    [InlineData("truncate -s 5M f", "f", "unexpected error reading Dockerfile: f has 5242880 bytes; at most 4194304 are allowed")]
    public void AMissingDockerfileIsSaidInDockersWords(string script, string dockerfile, string message)
    {
        Assert.Equal(message, Assert.Throws<GantryException>(() => Receive(script, "tar cf", dockerfile)).Message);
        Assert.False(Directory.Exists(_tree["ctx"]));
    }

    [Theory]
    [InlineData("mkdir sub; echo FROM x > sub/D", "sub/D")]
    [InlineData("mkdir sub; echo FROM x > sub/D", "/sub/./D")]
    [InlineData("mkdir sub; echo FROM x > sub/D; ln -s /sub/D l", "l")]
    [InlineData("echo FROM x > dockerfile", "")]
    [InlineData("echo FROM x > Dockerfile; echo FROM y > dockerfile", "Dockerfile")]
    [InlineData("echo FROM x > Dockerfile; echo '*' > .dockerignore", "Dockerfile")]
    public void TheDockerfileIsFound(string script, string dockerfile)
    {
        using ContextDirectory context = Receive(script, "tar cf", dockerfile);
        Assert.Equal("FROM x\n", context.Dockerfile);
    }

    [Theory]
    [InlineData("*", "")]
    [InlineData("a", ".dockerignore Dockerfile d/ d/b d/s/ d/s/c")]
    [InlineData("d", ".dockerignore Dockerfile a")]
    [InlineData("*\n!d/s", "d/ d/s/ d/s/c")]
    [InlineData("*\n!d/nothing", "")]
    [InlineData("**/?\n", ".dockerignore Dockerfile")]
    [InlineData("# nothing\n\n", ".dockerignore Dockerfile a d/ d/b d/s/ d/s/c")]
    public void WhatIsIgnoredIsNotThere(string ignore, string left)
    {
        using ContextDirectory context = Receive(
            $"echo FROM x > Dockerfile; printf '{ignore}' > .dockerignore; mkdir -p d/s; : > a; : > d/b; : > d/s/c; touch -d @5 d",
            "tar cf");
        Assert.Equal(left, string.Join(' ', _tree.List(times: true).Where(line => line.StartsWith("ctx/", StringComparison.Ordinal))
            .Select(line => line.Split(' ')[0][4..]).Where(name => name.Length > 0)));
        Assert.DoesNotContain(_tree.List(times: true), line => line.StartsWith("ctx/d/ ", StringComparison.Ordinal)
            && !line.EndsWith("T00:00:05", StringComparison.Ordinal));
    }

    [Fact]
    public void ADockerfilesOwnPatternsWin()
    {
        using ContextDirectory context = Receive(
            "echo FROM x > D; echo '*' > .dockerignore; echo b > D.dockerignore; : > a; : > b", "tar cf", "D");
        Assert.Equal((true, false), (File.Exists(_tree["ctx/a"]), File.Exists(_tree["ctx/b"])));
        Assert.True(context.Ignored.IsExcluded("b"));
    }

    [Fact]
    public void AWrongPatternIsRefusedWithItsPlace()
    {
        DockerfileException refused =
            Assert.Throws<DockerfileException>(() => Receive("echo FROM x > Dockerfile; printf 'a\\n[\\n' > .dockerignore", "tar cf"));
        Assert.Equal((".dockerignore", 2), (refused.Range.File.Name, refused.Range.Line));
    }

    [Fact]
    public void DigestsAreKnownWithoutReadingAgain()
    {
        using ContextDirectory context = Receive("""
            echo FROM x > Dockerfile; echo 1 > a; ln a b; truncate -s 3M sparse; echo 2 >> sparse; mkdir d; echo 3 > d/c; : > empty
            head -c 700000 /dev/urandom > large
            """, "tar cSf");
        SourceSelection known = All(context);
        SourceSelection read = All(new RootTree(context.Root));
        Assert.All(known.Sources[0].Directories.SelectMany(directory => directory.Files),
            file => Assert.NotNull(context.KnownDigest(file.Status)));
        Assert.Equal(SelectionDigest.Of(read, CancellationToken.None), SelectionDigest.Of(known, CancellationToken.None));
    }

    /// <summary>The same file under the name of a link to its directory, written twice: the digest is that of the last content.</summary>
    [Fact]
    public void WhatAnArchiveWritesTwiceCountsAsItIsInTheEnd()
    {
        _tree.Shell("""
            mkdir x; cd x; echo FROM x > Dockerfile; mkdir d; echo 1 > d/a; ln -s d l; tar cf ../tar Dockerfile d l
            rm l; mkdir l; echo 2 > l/a; tar rf ../tar l/a
            """);
        using ContextDirectory context = Receive();
        Assert.Equal("2\n", _tree.Read("ctx/d/a"));
        SourceSelection known = All(context);
        SourceSelection read = All(new RootTree(context.Root));
        Assert.Equal(SelectionDigest.Of(read, CancellationToken.None), SelectionDigest.Of(known, CancellationToken.None));
    }

    [Fact]
    public void LimitsAreSaid()
    {
        _tree.Shell("mkdir x; cd x; echo FROM x > Dockerfile; : > a; : > b; tar cf ../tar .");
        Assert.Contains("the build context has more than 2 entries", Refused(new LayerLimits { MaxEntries = 2 }));
        Assert.Contains("the build context has more than 3 bytes", Refused(new LayerLimits { MaxSize = 3 }));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/../evil")]
    [InlineData("d/../../evil")]
    public void WhatLeadsOutIsRefused(string name)
    {
        using MemoryStream tar = new();
        using (TarWriter writer = new(tar)) writer.WriteFile(name, "x"u8);
        Assert.Contains("leads out of the build context", Assert.Throws<GantryException>(() => Receive(tar.ToArray())).Message);
    }

    [Fact]
    public void ADockerfileAlone()
    {
        using ContextDirectory context = ContextDirectory.OfDockerfile("FROM x"u8, _tree["ctx"]);
        Assert.Equal("FROM x", context.Dockerfile);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("")]
    public void WhatIsNoArchiveIsRefused(string content) =>
        Assert.Throws<GantryException>(() => Receive(System.Text.Encoding.ASCII.GetBytes(content)));

    /// <summary><c>GANTRY_FUZZ=1000000</c> makes the run that long.</summary>
    [Fact]
    public void WhateverComesIsReceivedInsideOrRefused()
    {
        _tree.Shell("""
            mkdir x; cd x; echo FROM x > Dockerfile; printf '*.o\n!d/k.o\n' > .dockerignore; mkdir d
            echo 1 > d/a; echo 2 > d/k.o; echo 3 > j.o
            ln -s ../.. up; ln d/a h; ln -s / d/root; mkfifo p; truncate -s 9000 s; echo end >> s; mkdir -p e/e/e; tar cSf ../tar .
            tar cSf ../tar --format=pax --xattrs .; touch ../canary
            """);
        byte[] whole = File.ReadAllBytes(_tree["tar"]);
        Random random = new(21);
        string[] around = Directory.GetFileSystemEntries(_tree.Path).Order().ToArray();
        LayerLimits limits = new() { MaxEntries = 100, MaxSize = 1 << 20 };
        for (int round = Fuzzing.Rounds(600); round > 0; round--)
        {
            byte[] damaged = Fuzzing.Damage(whole, random);
            try
            {
                using ContextDirectory context = ContextDirectory.Receive(new MemoryStream(damaged), _tree["ctx"], "",
                    CancellationToken.None, limits);
                SelectionDigest.Of(All(context), CancellationToken.None);
            }
            catch (Exception e) when (e is GantryException or DockerfileException)
            {
                Assert.NotEmpty(e.Message);
            }
            Assert.Equal(around, Directory.GetFileSystemEntries(_tree.Path).Order());
        }
    }

    private ContextDirectory Receive(string script, string pack, string dockerfile = "")
    {
        _tree.Shell($"mkdir x; cd x\n{script}\n{pack} ../tar .");
        return Receive(dockerfile);
    }

    private ContextDirectory Receive(string dockerfile = "") =>
        ContextDirectory.Receive(File.OpenRead(_tree["tar"]), _tree["ctx"], dockerfile, CancellationToken.None);

    private ContextDirectory Receive(byte[] archive) =>
        ContextDirectory.Receive(new MemoryStream(archive), _tree["ctx"], "", CancellationToken.None);

    private static SourceSelection All(ISourceTree tree) =>
        SourceSelection.Of(tree, ["."], new SelectionRules(), CancellationToken.None);

    private string Refused(LayerLimits limits) => Assert.Throws<GantryException>(
        () => ContextDirectory.Receive(File.OpenRead(_tree["tar"]), _tree["ctx"], "", CancellationToken.None, limits)).Message;
}
