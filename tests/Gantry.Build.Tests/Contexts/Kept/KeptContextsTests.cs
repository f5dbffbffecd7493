using System.Security.Cryptography;
using Gantry.Build.Contexts.Kept;
using Gantry.Build.Sessions;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Contexts.Kept;

public sealed class KeptContextsTests : IDisposable
{
    private readonly TestTree _client = new(), _store = new();
    private KeptContexts _kept;
    private int _number;

    public KeptContextsTests()
    {
        Directory.CreateDirectory(_store["tmp"]);
        _kept = Open();
    }

    public void Dispose()
    {
        _client.Dispose();
        _store.Dispose();
    }

    private KeptContexts Open() => new(_store["contexts"], () => _store[$"tmp/{_number++}"]);

    /// <summary>What is changed after it has another time: the clock that the file system goes by has moved on.</summary>
    private void Change(string script)
    {
        _client.Shell(script);
        FileTime before = Touch();
        while (!Touch().IsAfter(before)) Thread.Yield();
    }

    private FileTime Touch()
    {
        File.WriteAllText(_store["clock"], "");
        Assert.Equal(0, _store.Root.TryStatus("clock"u8, out FileStatus status));
        return status.Changed;
    }

    private async Task<(ClientFiles Files, int Asked)> ReceiveAsync()
    {
        FakeClient client = FakeClient.Of(_client.Path);
        ClientFiles files = await _kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken);
        await client.Talk;
        return (files, client.Pipe.Asked);
    }

    private async Task<int> AssertSameAsync()
    {
        (ClientFiles files, int asked) = await ReceiveAsync();
        using (files) AssertSame(files);
        Assert.Empty(Directory.GetFileSystemEntries(_store["tmp"]));
        return asked;
    }

    private void AssertSame(ClientFiles files)
    {
        Assert.Equal(Listing.Of(_client.Path), Listing.Of(files.HostPath));
        Assert.All(_store.List().Where(line => line.StartsWith("contexts/", StringComparison.Ordinal)),
            line => Assert.Contains(" 0:0", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatTheClientHasIsHereAsRoots()
    {
        Change("""
            mkdir -p a/b 'a b' c; echo 1 > a/b/f; echo 2 > 'a b/f'; ln -s ../c a/l; ln a/b/f c/other; mkfifo c/p; : > empty
            chmod 4711 a/b/f; chmod 1777 c; truncate -s 3M big; echo end >> big; chown -R 5:6 .; touch -d '2001-02-03 UTC' a/b a
            echo 3 > "$(printf 'no\377utf')"; mkdir "$(printf 'd\377')"; : > "$(printf 'd\377/f')"; : > a.b; : > a-b
            """);
        Assert.Equal(8, await AssertSameAsync());
    }

    [Fact]
    public async Task OnlyWhatHasChangedIsAskedFor()
    {
        Change("for d in 1 2 3; do mkdir $d; for f in 1 2 3 4 5; do echo $d$f > $d/$f; done; done");
        Assert.Equal(15, await AssertSameAsync());
        Assert.Equal(0, await AssertSameAsync());
        // The same size, and the old time given back.
        Change("touch -r 2/3 /tmp/gantry-time-$$; echo XX > 2/3; touch -r /tmp/gantry-time-$$ 2/3; rm /tmp/gantry-time-$$");
        Assert.Equal(1, await AssertSameAsync());
        Change("rm 1/1; rm -r 3; : > 3; rm 2/5; mkdir 2/5; echo x > 2/5/y; mv 1/2 1/0; chmod 600 1/3");
        Assert.Equal(4, await AssertSameAsync());
        Assert.Equal(0, await AssertSameAsync());
    }

    [Fact]
    public async Task ALinkBecomesAFileAndTheReverse()
    {
        Change("mkdir d; echo 1 > d/a; ln d/a d/b; ln -s a d/c");
        await AssertSameAsync();
        Change("rm d/a; echo 2 > d/a; rm d/c; echo 3 > d/c");
        await AssertSameAsync();
        Change("rm d/b; ln d/a d/b; rm -r d/c; ln -s b d/c");
        await AssertSameAsync();
        Assert.Equal(0, await AssertSameAsync());
    }

    [Fact]
    public async Task DigestsOfWhatHasComeAreKnown()
    {
        Change("echo 1 > a; truncate -s 2M b; ln a c");
        (await ReceiveAsync()).Files.Dispose();
        (ClientFiles files, _) = await ReceiveAsync();
        using (files)
        {
            foreach (string name in (string[])["a", "b", "c"])
            {
                Assert.Equal(0, files.Root.TryStatus(PathBytes.Of(name), out FileStatus status));
                Assert.Equal(SHA256.HashData(File.ReadAllBytes(_client[name])), files.KnownDigest(status));
            }
        }
    }

    [Fact]
    public async Task WhoBuildsWithItDoesNotSeeWhatComesForAnother()
    {
        Change("mkdir d; echo 1 > d/a; echo 1 > d/b");
        (ClientFiles first, _) = await ReceiveAsync();
        using (first)
        {
            (ClientFiles equal, int asked) = await ReceiveAsync();
            Assert.Equal((first.HostPath, 0), (equal.HostPath, asked));
            equal.Dispose();
            string[] before = Listing.Of(first.HostPath);
            Change("echo 22 > d/a; rm d/b; : > d/c");
            (ClientFiles second, asked) = await ReceiveAsync();
            Assert.Equal(2, asked);
            Assert.Equal(before, Listing.Of(first.HostPath));
            Assert.Equal("1\n", File.ReadAllText(Path.Combine(first.HostPath, "d/a")));
            using (second) AssertSame(second);
        }
        Assert.Equal(0, await AssertSameAsync());
        Assert.Single(Directory.GetDirectories(_store["contexts"]));
    }

    [Theory]
    [InlineData("rm tree/d/a")]
    [InlineData("echo 1 > tree/d/more")]
    [InlineData("echo 12345 > tree/d/a")]
    [InlineData("rm -r tree/d")]
    [InlineData("rm -r tree/d; ln -s /etc tree/d")]
    [InlineData("chmod 600 tree/d/a")]
    [InlineData("rm index")]
    [InlineData(": > index")]
    [InlineData("truncate -s -40 index")]
    [InlineData("printf x | dd of=index bs=1 seek=60 conv=notrunc")]
    [InlineData("rm record.json")]
    [InlineData("echo '{' > record.json")]
    public async Task WhatIsDamagedIsMadeAnew(string damage)
    {
        Change("mkdir d; echo 1 > d/a; ln -s a d/l");
        await AssertSameAsync();
        _store.Shell($"cd contexts/*; {damage}");
        await AssertSameAsync();
        _store.Shell($"cd contexts/*; {damage}");
        // A daemon that was killed in the middle leaves it so.
        _kept = Open();
        await _kept.Tidied;
        await AssertSameAsync();
        Assert.Equal(0, await AssertSameAsync());
    }

    [Fact]
    public async Task ItOutlivesTheDaemonButNotThePowerLoss()
    {
        Change("echo 1 > a");
        await AssertSameAsync();
        _kept = Open();
        Assert.Equal(0, await AssertSameAsync());
        _store.Shell("sed -i 's/\"Boot\":\"[^\"]*/\"Boot\":\"other/' contexts/*/record.json");
        _kept = Open();
        await _kept.Tidied;
        Assert.Empty(_kept.All);
        Assert.Equal(1, await AssertSameAsync());
    }

    [Fact]
    public async Task ItIsListedAndGoesWhenNobodyHasIt()
    {
        Change("echo 12 > a; echo 3 > b");
        (ClientFiles files, _) = await ReceiveAsync();
        KeptContext listed = Assert.Single(_kept.All);
        Assert.Equal(("local source for context", true, 5), (listed.Title, listed.InUse, listed.Size));
        Assert.False(_kept.Remove(listed.Name));
        files.Dispose();
        Assert.True(_kept.Remove(listed.Name));
        Assert.Empty(Directory.GetFileSystemEntries(_store["contexts"]));
        Assert.Equal(2, await AssertSameAsync());
    }

    [Fact]
    public async Task AConnectionThatIsCutAtAnyPacketLeavesNothingAndTheNextBuildIsRight()
    {
        Change("mkdir d; echo 1 > d/a; echo 2 > d/b; ln -s a d/l");
        await AssertSameAsync();
        bool isWhole = false;
        for (int cut = 0; !isWhole; cut++)
        {
            _client.Shell($"echo {cut} > d/a; echo {cut} > d/{cut}; rm -f d/{cut - 1}");
            FakeClient client = FakeClient.Of(_client.Path, cut);
            try
            {
                (await _kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken)).Dispose();
                isWhole = true;
            }
            catch (GantryException e)
            {
                Assert.Equal(ErrorKind.Unavailable, e.Kind);
            }
            Assert.Empty(Directory.GetFileSystemEntries(_store["tmp"]));
            Assert.True(cut < 100);
        }
        await AssertSameAsync();
    }
}
