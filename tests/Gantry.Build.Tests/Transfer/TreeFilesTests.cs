using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Transfer;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Transfer;

public sealed class TreeFilesTests : IDisposable
{
    private readonly TestTree _tree = new();

    public void Dispose() => _tree.Dispose();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private TreeFiles Files(params string[] excluded) => new(_tree.Root, IgnorePatterns.Of(excluded));

    private static async Task<List<FileStat>> TellAsync(TreeFiles files)
    {
        List<FileStat> told = [];
        StatOrder order = new();
        await foreach (FileStat stat in files.Files(Cancellation))
        {
            // What we tell, we take.
            order.Add(stat);
            told.Add(stat);
        }
        return told;
    }

    [Theory]
    [InlineData("", "a a/b a/b/c a/d a-b a.b z")]
    [InlineData("a", "a-b a.b z")]
    [InlineData("a !a/b/c", "a a/b a/b/c a-b a.b z")]
    [InlineData("a/b !a/b/none", "a a/d a-b a.b z")]
    [InlineData("* !a/d", "a a/d")]
    [InlineData("**", "")]
    public async Task WhatIsLeftOutIsNotTold(string patterns, string told)
    {
        _tree.Shell("mkdir -p a/b; : > a/b/c; : > a/d; : > a.b; : > a-b; : > z");
        Assert.Equal(told, string.Join(' ', (await TellAsync(Files(patterns.Split(' ', StringSplitOptions.RemoveEmptyEntries))))
            .Select(stat => stat.Shown)));
    }

    [Fact]
    public async Task AllOfManyDirectoriesIsToldInOrder()
    {
        _tree.Shell("""
            for a in $(seq 30); do for b in 1 2 3; do mkdir -p $a/$b/c; : > $a/$b/f; : > $a/$b/c/g; done; done
            d=deep; for i in $(seq 100); do mkdir $d; : > $d/f; d=$d/d; done
            """);
        for (int i = 0; i < 20; i++) Assert.Equal(30 * 13 + 200, (await TellAsync(Files())).Count);
    }

    [Fact]
    public async Task SocketsAndOwnersStayHere()
    {
        _tree.Shell("echo 1 > f; chown 7:8 f; mkfifo p; ln -s no l");
        using System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_tree["s"]));
        List<FileStat> told = await TellAsync(Files());
        Assert.Equal("f l p", string.Join(' ', told.Select(stat => stat.Shown)));
        Assert.All(told, stat => Assert.Equal((0u, 0u), (stat.Uid, stat.Gid)));
    }

    [Fact]
    public async Task WhatIsWrittenToIsAnotherFile()
    {
        _tree.Shell("echo 1 > f; echo 1 > g; touch -d '1 hour ago' f g; sleep 0.15");
        List<FileStat> first = await TellAsync(Files()), second = await TellAsync(Files());
        Assert.All(first.Zip(second), pair => Assert.True(pair.First.IsSame(pair.Second)));
        _tree.Shell("touch -r f time; echo 2 > f; touch -r time f; rm time");
        List<FileStat> third = await TellAsync(Files());
        Assert.False(first[0].IsSame(third[0]));
        Assert.True(first[1].IsSame(third[1]));
        Assert.Equal((first[0].Size, first[0].Modified), (third[0].Size, third[0].Modified));
        // It may be written to within the same tick of the clock.
        Assert.False(third[0].IsSame((await TellAsync(Files()))[0]));
    }

    [Theory]
    [InlineData(10, "printf 0123456789 > f", "0123456789")]
    [InlineData(10, "rm f; printf 0123456789 > f", "0123456789")]
    [InlineData(10, "printf 1 > f", null)]
    [InlineData(10, "rm f", null)]
    [InlineData(10, "rm f; ln -s /etc/passwd f", null)]
    [InlineData(2_000_000, "printf 1 > f", null)]
    [InlineData(2_000_000, "printf 1 >> f", null)]
    public async Task AFileThatChangesBeforeItIsReadIsTheNewOneOrRefused(int size, string change, string? content)
    {
        _tree.Shell($"head -c {size} /dev/zero > f");
        FileStat told = Assert.Single(await TellAsync(Files()));
        _tree.Shell(change);
        await CheckAsync(told, content);
    }

    [Theory]
    [InlineData("printf 1 | dd of=f conv=notrunc seek=1999999 bs=1")]
    [InlineData("truncate -s 1000000 f")]
    [InlineData("printf 1 >> f")]
    public async Task AFileThatChangesWhileItIsReadIsRefused(string change)
    {
        _tree.Shell("head -c 2000000 /dev/zero > f");
        FileStat told = Assert.Single(await TellAsync(Files()));
        bool isFirst = true;
        await Assert.ThrowsAsync<GantryException>(() => Files().ReadAsync(told, _ =>
        {
            if (isFirst) _tree.Shell(change);
            isFirst = false;
            return Task.CompletedTask;
        }, Cancellation));
    }

    private async Task CheckAsync(FileStat told, string? content)
    {
        using MemoryStream read = new();
        Task reading = Files().ReadAsync(told, piece =>
        {
            read.Write(piece.Span);
            return Task.CompletedTask;
        }, Cancellation);
        if (content is null)
            Assert.Contains("\"f\" has changed while the context was sent",
                (await Assert.ThrowsAsync<GantryException>(() => reading)).Message);
        else
        {
            await reading;
            Assert.Equal(content, System.Text.Encoding.ASCII.GetString(read.ToArray()));
        }
    }
}
