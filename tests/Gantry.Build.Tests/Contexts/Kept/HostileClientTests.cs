using Gantry.Build.Contexts.Kept;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Contexts.Kept;

public sealed class HostileClientTests : IDisposable
{
    private readonly TestTree _store = new();
    private readonly KeptContexts _kept;
    private int _number;

    public HostileClientTests()
    {
        Directory.CreateDirectory(_store["tmp"]);
        _kept = new KeptContexts(_store["contexts"], () => _store[$"tmp/{_number++}"]);
    }

    public void Dispose() => _store.Dispose();

    private static FileStat File(string path, long size = 0, string target = "") => new()
    {
        Path = PathBytes.Of(path), Mode = GoMode.Of(FileKind.Regular, Octal.O600), Size = size, Target = PathBytes.Of(target),
    };

    private static FileStat Of(FileKind kind, string path, string target = "") =>
        new() { Path = PathBytes.Of(path), Mode = GoMode.Of(kind, Octal.O755), Target = PathBytes.Of(target) };

    public static TheoryData<string, string> Refused => new()
    {
        { "..", "is no path below the context" }, { "../x", "is no path below the context" }, { "/etc", "is no path below the context" },
        { "d/../../x", "is no path below the context" }, { "d//x", "is no path below the context" },
        { "d/", "is no path below the context" },
        { "d/./x", "is no path below the context" }, { "a\0b", "is no path below the context" }, { "", "has 0 bytes" },
        { new string('n', 256), "is no path below the context" },
        { "d/" + string.Join('/', Enumerable.Repeat("n", 1100)), "nested more than" },
        { string.Join('/', Enumerable.Repeat(new string('n', 250), 140)), "has 35139 bytes" },
        { "no/such", "is in nothing that is told to be a directory" }, { "l/x", "is in nothing that is told to be a directory" },
        { "f/x", "is in nothing that is told to be a directory" }, { "f", "is told twice" }, { "a", "is not told in order" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task APathThatMakesNoSenseIsRefused(string path, string reason)
    {
        List<FileStat> told = [Of(FileKind.Directory, "d"), File("f")];
        if (path.StartsWith("l/", StringComparison.Ordinal)) told.Add(Of(FileKind.Link, "l", "/etc"));
        if (path.StartsWith("d/", StringComparison.Ordinal) || path.StartsWith('.') || path.StartsWith('/')) told.RemoveAt(1);
        if (path.StartsWith('.') || path.StartsWith('/')) told.Clear();
        await RefusedAsync([.. told, File(path)], reason);
    }

    [Fact]
    public async Task KindsThatMakeNoSenseAreRefused()
    {
        await RefusedAsync([Of(FileKind.Socket, "s")], "is of no kind that can be sent");
        await RefusedAsync([new FileStat { Path = "x"u8.ToArray(), Mode = 1u << 19 }], "is of no kind that can be sent");
        await RefusedAsync([new FileStat { Path = "x"u8.ToArray(), Mode = (1u << 31) | (1u << 27) }], "is of no kind that can be sent");
        await RefusedAsync([Of(FileKind.Link, "l")], "is a link that leads nowhere");
        await RefusedAsync([Of(FileKind.Directory, "d", "x")], "is no link, and has a target");
        await RefusedAsync([File("f", -1)], "is smaller than nothing");
        await RefusedAsync([File("f", 1L << 60)], "the build context has more than");
        await RefusedAsync([Of(FileKind.Directory, "d"), File("e", target: "d")], "is another name of a file that was not told");
        await RefusedAsync([File("a", target: "../../etc/passwd")], "is another name of a file that was not told");
        await RefusedAsync([File("a", target: "b"), File("b")], "is another name of a file that was not told");
    }

    [Theory]
    [InlineData(3, 2, "has changed while the context was sent: it had 3 bytes, and now has 2")]
    [InlineData(3, 4, "has changed while the context was sent: it had 3 bytes, and now has more")]
    [InlineData(0, 1, "has changed while the context was sent: it had 0 bytes, and now has more")]
    public async Task ASizeThatIsNoneIsRefused(int told, int sent, string reason) =>
        await RefusedAsync([File("f", told)], reason, Data(0, sent), Data(0, 0));

    [Fact]
    public async Task ContentThatNobodyHasAskedForIsRefused()
    {
        await RefusedAsync([File("f", 1)], "content that nobody has asked for", Data(7, 1));
        await RefusedAsync([Of(FileKind.Directory, "d")], "content that nobody has asked for", Data(0, 1));
        await RefusedAsync([File("e", 1), File("f", 1)], "content that nobody has asked for", Data(0, 1), Data(0, 0), Data(0, 1));
    }

    [Fact]
    public async Task WhatIsNoPacketIsRefused()
    {
        await RefusedAsync([], "packets of kind 9 are not known", [8, 9]);
        await RefusedAsync([], "field 4 is cut off", [34, 100, 1]);
        await RefusedAsync([], "a number has no end", [8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255]);
        await RefusedAsync([], "it asks and ends nothing here", [8, 1]);
    }

    [Fact]
    public async Task WhyAClientDoesNotGoOnIsSaid() =>
        await RefusedAsync([], "no permission", Packet(new FilePacket
        {
            Kind = PacketKind.Error, Data = "no permission"u8,
        }));

    [Fact]
    public async Task ALinkOutsideIsNotFollowed()
    {
        FakeClient client = new(async (stream, cancellation) =>
        {
            await TellAsync(stream, [Of(FileKind.Link, "l", $"{_store.Path}/out")], cancellation);
            while (await stream.ReceiveAsync(cancellation) is { } packet && FilePacket.Read(packet.Span).Kind != PacketKind.End) { }
            await stream.SendAsync(Packet(new FilePacket { Kind = PacketKind.End }), cancellation);
        });
        Directory.CreateDirectory(_store["out"]);
        using (ClientFiles files = await _kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken))
            Assert.Contains($" Link 777 0 {_store.Path}/out", Assert.Single(Listing.Of(files.HostPath)), StringComparison.Ordinal);
        await RefusedAsync([Of(FileKind.Link, "l", $"{_store.Path}/out"), File("l/x")], "is in nothing that is told to be a directory");
        Assert.Empty(Directory.GetFileSystemEntries(_store["out"]));
    }

    /// <summary>A byte or two each on their way here, and many times that in memory.</summary>
    [Fact]
    public async Task ManySmallAttributesAreMuch()
    {
        List<KeyValuePair<byte[], byte[]>> none = [.. Enumerable.Repeat(new KeyValuePair<byte[], byte[]>([], []), 1_000_000)];
        await RefusedAsync([.. "abcd".Select(name => new FileStat
        {
            Path = [(byte)name], Mode = GoMode.Of(FileKind.Regular, Octal.O600), Attributes = none,
        })], "names and attributes of the build context take more than 268435456 bytes");
    }

    [Fact]
    public async Task WhatIsToldIsBoundedByTheMemoryItTakes()
    {
        PacketPipe pipe = new();
        await TellAsync(pipe.Client, Enumerable.Range(0, 1000).Select(n => File($"{n:d3}")), TestContext.Current.CancellationToken);
        using StagedFiles staged = new(_store["staged"]);
        FileReceiver receiver = new(pipe.Daemon, [], staged, new ReceiveLimits { MaxMemory = 100_000 });
        GantryException e = await Assert.ThrowsAsync<GantryException>(() => receiver.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal("names and attributes of the build context take more than 100000 bytes", e.Message);
    }

    private static byte[] Packet(in FilePacket packet) => new PacketWriter().Write(packet).ToArray();

    private static byte[] Data(uint id, int length) =>
        Packet(new FilePacket { Kind = PacketKind.Data, Id = id, Data = new byte[length] });

    private static async Task TellAsync(IPacketStream stream, IEnumerable<FileStat> told, CancellationToken cancellation)
    {
        foreach (FileStat stat in told) await stream.SendAsync(Packet(new FilePacket { Stat = stat }), cancellation);
        await stream.SendAsync(Packet(new FilePacket { Kind = PacketKind.Stat }), cancellation);
    }

    private async Task RefusedAsync(IReadOnlyList<FileStat> told, string reason, params byte[][] then)
    {
        string? heard = null;
        int kept = _kept.All.Count;
        FakeClient client = new(async (stream, cancellation) =>
        {
            foreach (FileStat stat in told) await stream.SendAsync(Packet(new FilePacket { Stat = stat }), cancellation);
            foreach (byte[] packet in then) await stream.SendAsync(packet, cancellation);
            await stream.SendAsync(Packet(new FilePacket { Kind = PacketKind.Stat }), cancellation);
            while (await stream.ReceiveAsync(cancellation) is { } packet) heard = Heard(packet.Span) ?? heard;
        });
        GantryException e = await Assert.ThrowsAsync<GantryException>(() =>
            _kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorKind.InvalidArgument, e.Kind);
        await client.Talk;
        Assert.Equal(e.Message, heard);
        Assert.Empty(Directory.GetFileSystemEntries(_store["tmp"]));
        Assert.Equal(kept, _kept.All.Count);
    }

    private static string? Heard(ReadOnlySpan<byte> packet) =>
        FilePacket.Read(packet) is { Kind: PacketKind.Error } error ? PathBytes.Show(error.Data) : null;
}
