using System.Threading.Channels;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Transfer;

/// <summary>Tells what files there are, and sends the contents that are asked for: the other end of a receiver.</summary>
public sealed class FileSender(IPacketStream stream, IFileSource source)
{
    private const int MaxWaiting = 128, Senders = 2;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly PacketWriter _packets = new();
    private readonly Dictionary<uint, FileStat> _files = [];

    /// <summary>Returns when the other side has all that it wants.</summary>
    /// <exception cref="GantryException">A file cannot be sent, of which the other side is told; or why it does not want to go on, in its
    /// words; Unavailable: it has gone.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Channel<(uint Id, FileStat File)> wanted = Channel.CreateBounded<(uint Id, FileStat File)>(MaxWaiting);
        List<Task> tasks = [TellAsync(all.Token), ListenAsync(wanted.Writer, all.Token)];
        for (int i = 0; i < Senders; i++) tasks.Add(SendAsync(wanted.Reader, all.Token));
        Task first = await FirstToFailAsync(tasks);
        if (first.IsCompletedSuccessfully) return;
        Exception reason = first.Exception?.InnerException ?? new OperationCanceledException(cancellation);
        await LastWord.TellAsync(reason, (kind, words, token) => PutAsync(kind, null, 0, words, token), cancellation);
        await all.CancelAsync();
        foreach (Task task in tasks) await task.Quietly();
        await first;
    }

    private static async Task<Task> FirstToFailAsync(List<Task> tasks)
    {
        List<Task> left = [.. tasks];
        while (true)
        {
            Task done = await Task.WhenAny(left);
            left.Remove(done);
            if (!done.IsCompletedSuccessfully || left.Count == 0) return done;
        }
    }

    private async Task TellAsync(CancellationToken cancellation)
    {
        uint id = 0;
        await foreach (FileStat stat in source.Files(cancellation))
        {
            if (stat.Kind == FileKind.Regular && !stat.IsHardLink)
                lock (_files) _files.Add(id, stat);
            id++;
            await PutAsync(PacketKind.Stat, stat, 0, default, cancellation);
        }
        await PutAsync(PacketKind.Stat, null, 0, default, cancellation);
    }

    private async Task ListenAsync(ChannelWriter<(uint Id, FileStat File)> wanted, CancellationToken cancellation)
    {
        while (true)
        {
            ReadOnlyMemory<byte> packet = await stream.ReceiveAsync(cancellation)
                ?? throw GantryException.Unavailable("the transfer of files was broken off");
            (PacketKind kind, uint id, FileStat? file, string words) = Read(packet.Span);
            if (kind == PacketKind.Request) await wanted.WriteAsync((id, file!), cancellation);
            else if (kind == PacketKind.Error) throw GantryException.Invalid(words);
            else break;
        }
        wanted.Complete();
        await PutAsync(PacketKind.End, null, 0, default, cancellation);
    }

    private (PacketKind Kind, uint Id, FileStat? File, string Words) Read(ReadOnlySpan<byte> message)
    {
        FilePacket packet = FilePacket.Read(message);
        if (packet.Kind != PacketKind.Request)
            return packet.Kind is PacketKind.End or PacketKind.Error ? (packet.Kind, 0, null, PathBytes.Show(packet.Data))
                : throw GantryException.Invalid("who wants files does not tell any");
        lock (_files)
            return _files.Remove(packet.Id, out FileStat? file) ? (packet.Kind, packet.Id, file, "")
                : throw GantryException.Invalid($"content of file {packet.Id} was asked for, which is none or was sent");
    }

    private async Task SendAsync(ChannelReader<(uint Id, FileStat File)> wanted, CancellationToken cancellation)
    {
        await foreach ((uint id, FileStat file) in wanted.ReadAllAsync(cancellation))
        {
            await source.ReadAsync(file, piece => PutAsync(PacketKind.Data, null, id, piece, cancellation), cancellation);
            await PutAsync(PacketKind.Data, null, id, default, cancellation);
        }
    }

    private async Task PutAsync(PacketKind kind, FileStat? stat, uint id, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            await stream.SendAsync(_packets.Write(new FilePacket { Kind = kind, Stat = stat, Id = id, Data = data.Span }), cancellation);
        }
        finally
        {
            _turn.Release();
        }
    }
}
