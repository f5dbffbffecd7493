using System.Threading.Channels;
using Gantry.Build.Transfer;
using Gantry.BuildKit.Sessions;

namespace Gantry.BuildKit.Results;

/// <summary>Files that the client of a session writes into a directory of its own: all are told, and it asks for those that it wants.
/// </summary>
public sealed class ClientDirectory
{
    private readonly PacketCall _call;
    private readonly FileTeller _files;
    private readonly PacketWriter _packets = new();

    private ClientDirectory(PacketCall call, IReadOnlyList<NamedTree> trees) => (_call, _files) = (call, new FileTeller(trees));

    /// <param name="index">The result's number among those that the client has asked for.</param>
    /// <returns>Bytes that were sent.</returns>
    /// <exception cref="GantryException">Unsupported: the client takes none; otherwise why it has not taken all of it, in its words.
    /// </exception>
    public static async Task<long> WriteAsync(ClientSession session, int index, IReadOnlyList<NamedTree> trees,
        CancellationToken cancellation)
    {
        await using PacketCall call = session.OpenResult(index, cancellation);
        return await new ClientDirectory(call, trees).RunAsync(cancellation);
    }

    private async Task<long> RunAsync(CancellationToken cancellation)
    {
        // Only numbers of files that were told are taken, each once: it holds no more than there are files.
        Channel<uint> asked = Channel.CreateUnbounded<uint>();
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task listening = ListenAsync(asked.Writer, both.Token);
        try
        {
            foreach (FileStat stat in _files.Tell()) await SendAsync(new FilePacket { Kind = PacketKind.Stat, Stat = stat }, both.Token);
            await SendAsync(new FilePacket { Kind = PacketKind.Stat }, both.Token);
            long sent = 0;
            await foreach (uint id in asked.Reader.ReadAllAsync(both.Token)) sent += await GiveAsync(id, both.Token);
            await listening;
            await SendAsync(new FilePacket { Kind = PacketKind.End }, both.Token);
            await _call.CompleteAsync();
            while (await _call.ReceiveAsync(both.Token) is not null) { }
            return sent;
        }
        catch (Exception e)
        {
            await both.CancelAsync();
            if (listening.IsFaulted) throw listening.Exception.InnerException!;
            await listening.Quietly();
            if (e is GantryException && listening.IsFaulted) throw listening.Exception!.InnerException!;
            throw;
        }
    }

    /// <summary>Up to the client's word that it has all.</summary>
    private async Task ListenAsync(ChannelWriter<uint> asked, CancellationToken cancellation)
    {
        try
        {
            while (await _call.ReceiveAsync(cancellation) is { } message)
            {
                (PacketKind kind, uint id, string reason) = Read(message.Span);
                if (kind == PacketKind.End) break;
                if (kind == PacketKind.Error) throw GantryException.Invalid($"the client could not take the result: {reason}");
                if (kind != PacketKind.Request || !_files.Claim(id))
                    throw GantryException.Invalid("the client asks for a file that it was not told of, or twice");
                await asked.WriteAsync(id, cancellation);
            }
            asked.Complete();
        }
        catch (Exception e)
        {
            asked.Complete(e);
            throw;
        }
    }

    private static (PacketKind Kind, uint Id, string Reason) Read(ReadOnlySpan<byte> message)
    {
        try
        {
            FilePacket packet = FilePacket.Read(message);
            return (packet.Kind, packet.Id, packet.Kind == PacketKind.Error ? ByteText.Of(packet.Data) : "");
        }
        catch (InvalidDataException e)
        {
            throw GantryException.Invalid($"the client makes no sense: {e.Message}");
        }
    }

    private async Task<long> GiveAsync(uint id, CancellationToken cancellation)
    {
        long sent = 0;
        foreach (ReadOnlyMemory<byte> piece in _files.Read(id))
        {
            await SendAsync(new FilePacket { Kind = PacketKind.Data, Id = id, Data = piece.Span }, cancellation);
            sent += piece.Length;
        }
        await SendAsync(new FilePacket { Kind = PacketKind.Data, Id = id }, cancellation);
        return sent;
    }

    private ValueTask SendAsync(in FilePacket packet, CancellationToken cancellation) =>
        _call.SendAsync(_packets.Write(packet), cancellation);
}
