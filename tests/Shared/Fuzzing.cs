using System.Globalization;

namespace Gantry.Tests.Shared;

/// <summary>Damage by chance, the same in every run. <c>GANTRY_FUZZ=100000</c> makes the runs that long.</summary>
internal static class Fuzzing
{
    public static int Rounds(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("GANTRY_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int wished)
            ? wished : usual;

    /// <summary>Some bits, bytes or blocks changed, repeated, left out or cut off; headers get their checksum right again most of the time,
    /// or nothing behind it would ever be reached.</summary>
    public static byte[] Damage(byte[] whole, Random random)
    {
        List<byte> bytes = [.. whole];
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(bytes.Count), block = at / 512 * 512, length = Math.Min(512, bytes.Count - block);
            switch (random.Next(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: for (int i = at; i < Math.Min(bytes.Count, at + random.Next(12)); i++)
                    bytes[i] = (byte)"0123457\0/.\xff "[random.Next(11)]; break;
                case 3: bytes.InsertRange(block, bytes.GetRange(block, length)); break;
                case 4 when bytes.Count > 2048: bytes.RemoveRange(block, length); break;
                case 5 when random.Next(4) == 0: bytes.RemoveRange(at, bytes.Count - at); break;
                default: bytes[block + random.Next(length)] = (byte)random.Next(256); break;
            }
            if (bytes.Count == 0) return [];
        }
        byte[] damaged = [.. bytes];
        if (random.Next(8) > 0)
            for (int block = 0; block + 512 <= damaged.Length; block += 512) Sign(damaged.AsSpan(block, 512));
        return damaged;
    }

    private static void Sign(Span<byte> header)
    {
        if (!header.Slice(257, 5).SequenceEqual("ustar"u8)) return;
        header.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte value in header) sum += value;
        System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.Slice(148, 8));
    }
}
