using Gantry.Build.Contexts.Kept;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Files;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.Linux.Trees;
using Gantry.Tests.Shared;

namespace Gantry.Build.Tests.Contexts.Kept;

/// <summary>What a client tells of its files, damaged by chance: it is taken or refused, and nothing lies anywhere else.
/// <c>GANTRY_FUZZ=1000000</c> for the long run.</summary>
public sealed class ListingFuzzTests : IDisposable
{
    private readonly TestTree _client = new(), _store = new();
    private int _number;

    public void Dispose()
    {
        _client.Dispose();
        _store.Dispose();
    }

    [Fact]
    public async Task WhateverAClientTellsStaysInItsPlace()
    {
        _client.Shell("mkdir -p d/e; echo one > d/f; ln d/f d/g; ln -s ../d/f l; echo two > d/e/h; mkfifo p; : > z");
        _store.Shell("mkdir tmp");
        List<byte[]> packets = await RecordAsync();
        Random random = new(11);
        for (int round = Fuzzing.Rounds(400); round > 0; round--)
        {
            // A root of its own each time: the tree that is kept of one round is not another's.
            KeptContexts kept = new(_store["contexts"], () => _store[$"tmp/{_number++}"]);
            FakeClient client = new((stream, cancellation) => TellAsync(stream, Damage(packets, random), cancellation), key: "");
            try
            {
                using ClientFiles files =
                    await kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken);
                SelectionDigest.Of(SourceSelection.Of(files, ["."], new SelectionRules(), CancellationToken.None), CancellationToken.None);
            }
            catch (GantryException e)
            {
                Assert.NotEmpty(e.Message);
            }
            await client.Pipe.Client.DisposeAsync();
            await client.Pipe.Daemon.DisposeAsync();
            await client.Talk;
            Assert.Empty(Directory.GetFileSystemEntries(_store["tmp"]));
            Assert.Equal(["contexts", "tmp"], Directory.GetFileSystemEntries(_store.Path).Select(Path.GetFileName).Order());
        }
    }

    /// <summary>All that a client says of its directory when everything is asked for.</summary>
    private async Task<List<byte[]>> RecordAsync()
    {
        List<byte[]> packets = [];
        FakeClient client = new(async (stream, cancellation) =>
        {
            using DirectoryHandle root = DirectoryHandle.Open(_client.Path);
            await new FileSender(new Recorded(stream, packets), new TreeFiles(root, IgnorePatterns.Of([]))).RunAsync(cancellation);
        }, key: "");
        KeptContexts kept = new(_store["contexts"], () => _store[$"tmp/{_number++}"]);
        using (await kept.ReceiveAsync(client, new FilesRequest("context"), TestContext.Current.CancellationToken))
            Assert.True(packets.Count > 8);
        return packets;
    }

    /// <summary>Some packets are other ones, are there twice, are missing, or in another order.</summary>
    private static List<byte[]> Damage(List<byte[]> packets, Random random)
    {
        List<byte[]> told = [.. packets];
        for (int times = random.Next(1, 4); times > 0 && told.Count > 0; times--)
        {
            int at = random.Next(told.Count), other = random.Next(told.Count);
            switch (random.Next(6))
            {
                case 0: told.RemoveAt(at); break;
                case 1: told.Insert(other, told[at]); break;
                case 2: (told[at], told[other]) = (told[other], told[at]); break;
                default: told[at] = Fuzzing.Damage(told[at].Length > 0 ? told[at] : [0], random); break;
            }
        }
        return told;
    }

    private static async Task TellAsync(IPacketStream stream, List<byte[]> packets, CancellationToken cancellation)
    {
        try
        {
            foreach (byte[] packet in packets) await stream.SendAsync(packet, cancellation);
        }
        catch (Exception e) when (e is GantryException or OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            // The daemon has heard enough.
        }
        await stream.DisposeAsync();
    }

    private sealed class Recorded(IPacketStream inner, List<byte[]> packets) : IPacketStream
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
        {
            packets.Add(packet.ToArray());
            return inner.SendAsync(packet, cancellation);
        }

        public ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation) => inner.ReceiveAsync(cancellation);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
