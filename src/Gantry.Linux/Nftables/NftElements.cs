using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

/// <summary>Adds and removes elements of one table's sets and maps, many in one transaction,
/// at a cost that does not depend on what else exists.</summary>
/// <remarks>
/// Spoken to the kernel directly (nfnetlink), because libnftables first reads every table, chain and set of the host for each call.
/// A key of several fields is their bytes in network order, each padded to four; see <see cref="NftKey"/>.
/// </remarks>
public sealed class NftElements(string table)
{
    private const ushort BatchBegin = 16, BatchEnd = 17, Subsystem = 10, NewElement = 12, DeleteElement = 14;
    private const ushort ListTable = 1, ListSet = 2, ListElements = 3, ListElement = 1, ElementKey = 1, ElementData = 2, DataValue = 1;
    private const byte FamilyInet = 1;
    private readonly NetlinkBatch _batch = Open();

    public bool IsEmpty { get; private set; } = true;

    /// <param name="data">Null for a set.</param>
    public NftElements Add(string set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        Append(NewElement, NetlinkBatch.Create, set, key, data, "add element to");
        return this;
    }

    public NftElements Remove(string set, ReadOnlySpan<byte> key)
    {
        Append(DeleteElement, 0, set, key, [], "remove element from");
        return this;
    }

    /// <summary>Commits; all or nothing.</summary>
    public void Commit(NetlinkSocket socket)
    {
        if (IsEmpty) return;
        _batch.Acknowledge();
        uint last = _batch.LastSequence;
        Frame(BatchEnd, "end");
        _batch.Finish(acknowledged: false);
        socket.Exchange(_batch, last, [], null);
    }

    private static NetlinkBatch Open()
    {
        NetlinkBatch batch = new();
        batch.Begin(BatchBegin, 0, "nftables transaction");
        NftTable.WriteHeader(batch, 0, Subsystem);
        return batch;
    }

    private void Frame(ushort type, string step)
    {
        _batch.Begin(type, 0, step);
        NftTable.WriteHeader(_batch, 0, Subsystem);
    }

    private void Append(ushort operation, ushort flags, string set, ReadOnlySpan<byte> key, ReadOnlySpan<byte> data, string step)
    {
        IsEmpty = false;
        _batch.Begin((ushort)((Subsystem << 8) | operation), flags, $"{step} inet {table} {set}");
        NftTable.WriteHeader(_batch, FamilyInet, 0);
        _batch.Attribute(ListTable, table);
        _batch.Attribute(ListSet, set);
        int elements = _batch.BeginNested(ListElements, flagged: true), element = _batch.BeginNested(ListElement, flagged: true);
        int value = _batch.BeginNested(ElementKey, flagged: true);
        _batch.Attribute(DataValue, key);
        _batch.EndNested(value);
        if (!data.IsEmpty)
        {
            value = _batch.BeginNested(ElementData, flagged: true);
            _batch.Attribute(DataValue, data);
            _batch.EndNested(value);
        }
        _batch.EndNested(element);
        _batch.EndNested(elements);
    }
}
