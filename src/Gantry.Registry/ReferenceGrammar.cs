namespace Gantry.Registry;

/// <summary>The productions of the reference grammar, without regular expressions: they run on every request.</summary>
internal static class ReferenceGrammar
{
    /// <summary><c>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}</c></summary>
    public static bool IsTag(string tag)
    {
        if (tag.Length is 0 or > Reference.MaxTagLength || tag[0] is '.' or '-') return false;
        foreach (char c in tag)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-')) return false;
        return true;
    }

    public static bool IsDigest(string digest) => Oci.Image.Digest.IsValid(digest);

    /// <summary>Components of small letters and digits, joined by one dot, one or two underscores or any number of dashes.</summary>
    public static bool IsPath(string path)
    {
        foreach (Range range in path.AsSpan().Split('/'))
            if (!IsPathComponent(path.AsSpan(range))) return false;
        return true;
    }

    private static bool IsPathComponent(ReadOnlySpan<char> component)
    {
        if (component.IsEmpty || !IsLowerOrDigit(component[0]) || !IsLowerOrDigit(component[^1])) return false;
        for (int i = 0; i < component.Length;)
        {
            if (IsLowerOrDigit(component[i])) { i++; continue; }
            char separator = component[i];
            int run = 0;
            while (component[i] == separator) { run++; i++; }
            bool allowed = separator switch { '.' => run == 1, '_' => run <= 2, '-' => true, _ => false };
            if (!allowed || !IsLowerOrDigit(component[i])) return false;
        }
        return true;
    }

    /// <summary>A host name, an IPv4 address or an IPv6 address in brackets, with an optional port.</summary>
    public static bool IsDomain(ReadOnlySpan<char> domain)
    {
        int end = domain.StartsWith("[") ? domain.IndexOf(']') + 1 : domain.IndexOf(':');
        if (domain.StartsWith("[") && end == 0) return false;
        ReadOnlySpan<char> host = end < 0 ? domain : domain[..end], port = end < 0 ? [] : domain[end..];
        if (!port.IsEmpty && (port[0] != ':' || port.Length == 1 || port[1..].ContainsAnyExceptInRange('0', '9'))) return false;
        return host.StartsWith("[") ? IsIPv6(host[1..^1]) : IsHostName(host);
    }

    private static bool IsIPv6(ReadOnlySpan<char> address) =>
        !address.IsEmpty && !address.ContainsAnyExcept("0123456789abcdefABCDEF:") && AddressText.IsAddress(address);

    private static bool IsHostName(ReadOnlySpan<char> host)
    {
        foreach (Range range in host.Split('.'))
        {
            ReadOnlySpan<char> label = host[range];
            if (label.IsEmpty || label[0] == '-' || label[^1] == '-') return false;
            foreach (char c in label)
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        }
        return true;
    }

    private static bool IsLowerOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
