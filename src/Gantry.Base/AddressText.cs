using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Gantry;

/// <summary>Addresses as people write them, and as Go's net.ParseIP and net.ParseCIDR read them, and so Docker's options and
/// fields.</summary>
/// <remarks>The framework takes more, as C's inet_aton did: <c>10.5</c> as 10.0.0.5, <c>010.0.0.1</c> as 8.0.0.1, <c>80</c>, a zone,
/// brackets. Who writes such means something else, and everything that reads it after us may read it differently.</remarks>
public static class AddressText
{
    private const int Bytes4 = 4, Bytes6 = 16;

    public static bool IsAddress(ReadOnlySpan<char> text) => TryParse(text, out _);

    /// <param name="keepForm">An IPv4 address in the form of IPv6, <c>::ffff:10.0.0.1</c>, stays one; else it is the IPv4 address.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address, bool keepForm = false)
    {
        Span<byte> bytes = stackalloc byte[Bytes6];
        bytes.Clear();
        bool is6 = text.Contains(':');
        bool valid = is6 ? TryParse6(text, bytes) : TryParse4(text, bytes[..Bytes4]);
        address = valid ? new IPAddress(is6 ? bytes : bytes[..Bytes4]) : null;
        if (address?.IsIPv4MappedToIPv6 == true && !keepForm) address = address.MapToIPv4();
        return valid;
    }

    /// <summary><c>10.0.0.1/24</c>: an address with the length of its network's prefix.</summary>
    public static bool TryParseWithPrefix(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPAddress? address, out int prefix)
    {
        (address, prefix) = (null, 0);
        int slash = text.IndexOf('/');
        return slash > 0 && TryParse(text[..slash], out address, keepForm: true)
            && int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
            && prefix <= 8 * (address.AddressFamily == AddressFamily.InterNetwork ? Bytes4 : Bytes6);
    }

    /// <summary>The network that such an address is in: the host's part need not be zero, as the framework wants it.</summary>
    public static bool TryParseNetwork(ReadOnlySpan<char> text, out IPNetwork network)
    {
        network = default;
        if (!TryParseWithPrefix(text, out IPAddress? address, out int prefix)) return false;
        byte[] bytes = address.GetAddressBytes();
        for (int bit = prefix; bit < bytes.Length * 8; bit++) bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        network = new IPNetwork(new IPAddress(bytes), prefix);
        return true;
    }

    /// <summary>Four numbers, none with a zero before it: that would be octal for some.</summary>
    private static bool TryParse4(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> part = text[range];
            if (count == Bytes4 || (part.Length > 1 && part[0] == '0')) return false;
            if (!byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[count])) return false;
            count++;
        }
        return count == Bytes4;
    }

    /// <summary>RFC 4291, 2.2, without a zone.</summary>
    private static bool TryParse6(ReadOnlySpan<char> rest, Span<byte> bytes)
    {
        int written = 0, gap = -1;
        if (rest.StartsWith("::"))
        {
            gap = 0;
            rest = rest[2..];
        }
        while (written < Bytes6 && !rest.IsEmpty)
        {
            int digits = rest.IndexOfAnyExcept("0123456789abcdefABCDEF");
            if (digits < 0) digits = rest.Length;
            if (digits is 0 or > 4) return false;
            if (digits < rest.Length && rest[digits] == '.')
            {
                // An IPv4 address is the end, and is as long as two groups.
                if (written > Bytes6 - Bytes4 || !TryParse4(rest, bytes.Slice(written, Bytes4))) return false;
                written += Bytes4;
                rest = default;
                break;
            }
            ushort group = ushort.Parse(rest[..digits], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            (bytes[written], bytes[written + 1]) = ((byte)(group >> 8), (byte)group);
            written += 2;
            rest = rest[digits..];
            if (rest.IsEmpty) break;
            if (rest[0] != ':' || rest.Length == 1) return false;
            rest = rest[1..];
            if (rest[0] != ':') continue;
            if (gap >= 0) return false;
            gap = written;
            rest = rest[1..];
        }
        if (!rest.IsEmpty) return false;
        // The gap stands for one group of zeros at least.
        if (gap < 0 || written == Bytes6) return gap < 0 && written == Bytes6;
        int behind = written - gap;
        bytes.Slice(gap, behind).CopyTo(bytes[^behind..]);
        bytes[gap..^behind].Clear();
        return true;
    }
}
