using System.Buffers.Binary;
using Gantry.Linux.Netlink;

namespace Gantry.Linux.Nftables;

/// <summary>One question to the kernel about a table, without libnftables.</summary>
public static class NftTable
{
    private const ushort Subsystem = 10, GetTable = 1, TableName = 1;
    private const byte FamilyInet = 1;

    /// <param name="socket">Of <see cref="NetlinkSocket.Netfilter"/>.</param>
    public static bool IsThere(NetlinkSocket socket, string table)
    {
        NetlinkBatch batch = new();
        batch.Begin((Subsystem << 8) | GetTable, 0, $"look for table inet {table}");
        WriteHeader(batch, FamilyInet, 0);
        batch.Attribute(TableName, table);
        try
        {
            socket.Execute(batch);
            return true;
        }
        catch (KernelException e) when (e.Errno == Errno.ENOENT)
        {
            return false;
        }
    }

    /// <summary>struct nfgenmsg; its last field is the one in network order.</summary>
    internal static void WriteHeader(NetlinkBatch batch, byte family, ushort resource)
    {
        Span<byte> bytes = stackalloc byte[4];
        bytes[0] = family;
        bytes[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], resource);
        batch.Header(BitConverter.ToUInt32(bytes));
    }
}
