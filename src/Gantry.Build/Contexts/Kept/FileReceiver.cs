using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>Hears what files a client has, and asks for the contents of those that are not known: one transfer.</summary>
/// <param name="known">What is here of them already, in order; those whose file is not as it was left are not among them.</param>
internal sealed class FileReceiver(IPacketStream stream, IReadOnlyList<KeptEntry> known, StagedFiles staged, ReceiveLimits limits)
{
    /// <summary>Contents that are asked for and have not come: as many files are open. Who sends lets twice as many wait.</summary>
    private const int MaxOutstanding = 64;

    private readonly PacketWriter _packets = new();
    private readonly StatOrder _order = new();
    private readonly List<KeptEntry> _entries = [];
    private readonly Queue<KeptEntry> _wanted = new();
    private readonly Dictionary<uint, long> _outstanding = [];
    private int _next;
    private long _memory, _size;
    private bool _allTold;

    /// <summary>A directory has lost attributes: nothing takes them from the one that is here.</summary>
    public bool NeedsNewTree { get; private set; }

    /// <returns>All that was told, in order. The contents of the fresh ones are staged.</returns>
    /// <exception cref="GantryException">Invalid: what comes makes no sense or is too much; Unavailable: the client has gone.</exception>
    public async Task<List<KeptEntry>> RunAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, staged.Failed);
        try
        {
            while (!_allTold || _outstanding.Count > 0 || _wanted.Count > 0)
            {
                ReadOnlyMemory<byte> packet = await stream.ReceiveAsync(both.Token)
                    ?? throw GantryException.Unavailable("the client has ended the transfer of its files before all had come");
                if (Take(packet.Span) is { } piece) await staged.AddAsync(piece, both.Token);
                while (_outstanding.Count < MaxOutstanding && _wanted.TryDequeue(out KeptEntry? entry)) await AskAsync(entry, both.Token);
            }
            await staged.CompleteAsync();
            await EndAsync(both.Token);
            return _entries;
        }
        catch (Exception e)
        {
            // What was written is why the rest was called off, and not the reverse.
            Exception reason = staged.Failure ?? e;
            await LastWord.TellAsync(reason, SendAsync, CancellationToken.None);
            if (reason != e) throw reason;
            throw;
        }
    }

    /// <returns>A piece of content; null for another packet.</returns>
    private StagedPiece? Take(ReadOnlySpan<byte> message)
    {
        FilePacket packet = Read(message);
        switch (packet.Kind)
        {
            case PacketKind.Stat when _allTold:
                throw GantryException.Invalid("the client's files make no sense: more are told after the last");
            case PacketKind.Stat when packet.Stat is { } stat:
                Add(stat);
                return null;
            case PacketKind.Stat:
                _allTold = true;
                return null;
            case PacketKind.Data:
                return TakeData(packet.Id, packet.Data);
            default:
                throw GantryException.Invalid("the client's files make no sense: it asks and ends nothing here");
        }
    }

    private static FilePacket Read(ReadOnlySpan<byte> message)
    {
        FilePacket packet;
        try
        {
            packet = FilePacket.Read(message);
        }
        catch (InvalidDataException e)
        {
            throw GantryException.Invalid($"the client's files make no sense: {e.Message}");
        }
        if (packet.Kind != PacketKind.Error) return packet;
        throw GantryException.Invalid(packet.Data.Length == 0 ? "the client gives its files up, and does not say why"
            : PathBytes.Show(packet.Data[..Math.Min(packet.Data.Length, 4096)]));
    }

    private StagedPiece TakeData(uint id, ReadOnlySpan<byte> data)
    {
        if (!_outstanding.TryGetValue(id, out long left))
            throw GantryException.Invalid("the client's files make no sense: content that nobody has asked for");
        FileStat stat = _entries[(int)id].Stat;
        if (data.Length > left || (data.IsEmpty && left > 0))
            throw GantryException.Invalid($"\"{stat.Shown}\" has changed while the context was sent: it had {stat.Size} bytes, and now has "
                + (data.IsEmpty ? $"{stat.Size - left}" : "more"));
        if (data.IsEmpty) _outstanding.Remove(id);
        else _outstanding[id] = left - data.Length;
        return StagedPiece.Of(_entries[(int)id], data);
    }

    private void Add(FileStat stat)
    {
        _order.Add(stat);
        Count(stat);
        KeptEntry? before = Find(stat);
        if (stat.IsHardLink)
        {
            KeptEntry first = FindFirst(stat);
            _entries.Add(new KeptEntry(stat)
            {
                First = first, Id = (uint)_entries.Count, IsFresh = before is null || first.IsFresh || before.Inode != first.Inode,
            });
            return;
        }
        // What is known of one that has not changed is there once, however many there are.
        KeptEntry entry = new(before?.Stat ?? stat)
        {
            Id = (uint)_entries.Count, IsFresh = before is null, Digest = before?.Digest, Inode = before?.Inode ?? 0,
        };
        _entries.Add(entry);
        if (entry.HasContent && entry.IsFresh) _wanted.Enqueue(entry);
    }

    private void Count(FileStat stat)
    {
        if (_entries.Count == limits.MaxEntries)
            throw GantryException.Invalid($"the build context has more than {limits.MaxEntries} entries");
        _memory += ReceiveLimits.MemoryOf(stat);
        if (_memory > limits.MaxMemory)
            throw GantryException.Invalid($"names and attributes of the build context take more than {limits.MaxMemory} bytes");
        if (stat.Kind != FileKind.Regular || stat.IsHardLink) return;
        if (stat.Size > limits.MaxSize - _size) throw GantryException.Invalid($"the build context has more than {limits.MaxSize} bytes");
        _size += stat.Size;
    }

    /// <summary>Both sides are in the same order, so this is one walk over both.</summary>
    private KeptEntry? Find(FileStat stat)
    {
        while (_next < known.Count && StatOrder.Compare(known[_next].Stat.Path, stat.Path) < 0) _next++;
        if (_next == known.Count || !known[_next].Stat.Path.AsSpan().SequenceEqual(stat.Path)) return null;
        FileStat before = known[_next].Stat;
        if (before.IsSame(stat)) return known[_next];
        NeedsNewTree |= before.Attributes.Count > 0 && before.Kind == FileKind.Directory && stat.Kind == FileKind.Directory;
        return null;
    }

    private KeptEntry FindFirst(FileStat stat)
    {
        int low = 0, high = _entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2, order = StatOrder.Compare(_entries[middle].Stat.Path, stat.Target);
            if (order == 0 && _entries[middle].HasContent) return _entries[middle];
            if (order == 0) break;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }
        throw GantryException.Invalid($"the client's files make no sense: \"{stat.Shown}\" is another name of a file that was not told");
    }

    private async Task AskAsync(KeptEntry entry, CancellationToken cancellation)
    {
        _outstanding.Add(entry.Id, entry.Stat.Size);
        await stream.SendAsync(_packets.Write(new FilePacket { Kind = PacketKind.Request, Id = entry.Id }), cancellation);
    }

    /// <summary>Who has sent all of it waits for that, and answers.</summary>
    private async Task EndAsync(CancellationToken cancellation)
    {
        await stream.SendAsync(_packets.Write(new FilePacket { Kind = PacketKind.End }), cancellation);
        if (await stream.ReceiveAsync(cancellation) is { } packet && Read(packet.Span).Kind != PacketKind.End)
            throw GantryException.Invalid("the client's files make no sense: something comes after the end");
    }

    private async Task SendAsync(PacketKind kind, byte[] content, CancellationToken cancellation) =>
        await stream.SendAsync(_packets.Write(new FilePacket { Kind = kind, Data = content }), cancellation);
}
