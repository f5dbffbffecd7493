using System.Buffers.Binary;
using System.Security.Cryptography;
using Gantry.Build.Transfer;

namespace Gantry.Build.Contexts.Kept;

/// <summary>What lies in a kept tree: <c>index</c> beside it, one record for each file in order, and a digest of all of it at the end.
/// </summary>
/// <remarks>Written when the tree is as it says, and taken away before that changes: a tree without one is of no use.</remarks>
internal static class KeptIndex
{
    private const int HeadSize = 12, DigestSize = SHA256.HashSizeInBytes;

    /// <summary>Other numbers are of other versions, whose trees are made anew.</summary>
    private static ReadOnlySpan<byte> Magic => "gantry kept tree 1\n"u8;

    public static void Save(string path, IReadOnlyList<KeptEntry> entries)
    {
        using MemoryStream content = new(entries.Count * 160);
        content.Write(Magic);
        PacketWriter packets = new();
        Span<byte> head = stackalloc byte[HeadSize];
        foreach (KeptEntry entry in entries)
        {
            ReadOnlySpan<byte> stat = packets.Write(new FilePacket { Stat = entry.Stat, Data = entry.Digest }).Span;
            BinaryPrimitives.WriteInt32LittleEndian(head, stat.Length);
            BinaryPrimitives.WriteUInt64LittleEndian(head[4..], entry.First?.Inode ?? entry.Inode);
            content.Write(head);
            content.Write(stat);
        }
        content.Write(SHA256.HashData(content.GetBuffer().AsSpan(0, (int)content.Length)));
        AtomicFile.Write(path, content.GetBuffer().AsSpan(0, (int)content.Length), durable: false);
    }

    /// <returns>Null for none, and for one that is damaged.</returns>
    public static List<KeptEntry>? TryLoad(string path)
    {
        byte[] content;
        try
        {
            content = File.ReadAllBytes(path);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return null;
        }
        if (content.Length < Magic.Length + DigestSize || !content.AsSpan().StartsWith(Magic)
            || !SHA256.HashData(content.AsSpan(0, content.Length - DigestSize)).AsSpan().SequenceEqual(content.AsSpan(^DigestSize)))
            return null;
        List<KeptEntry> entries = [];
        try
        {
            for (ReadOnlySpan<byte> rest = content.AsSpan(Magic.Length..^DigestSize); !rest.IsEmpty;)
            {
                int length = BinaryPrimitives.ReadInt32LittleEndian(rest);
                FilePacket packet = FilePacket.Read(rest.Slice(HeadSize, length));
                entries.Add(new KeptEntry(packet.Stat!)
                {
                    Digest = packet.Data.IsEmpty ? null : packet.Data.ToArray(), Inode = BinaryPrimitives.ReadUInt64LittleEndian(rest[4..]),
                    IsFresh = false,
                });
                rest = rest[(HeadSize + length)..];
            }
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            return null;
        }
        return entries;
    }
}
