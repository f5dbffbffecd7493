namespace Gantry.Registry.Authorization;

/// <summary>What a registry wants to see: one challenge of <c>WWW-Authenticate</c> (RFC 9110, 11.6.1).</summary>
/// <param name="Scheme">In lower case: <c>basic</c>, <c>bearer</c>.</param>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public string? this[string name] => Parameters.GetValueOrDefault(name);

    /// <returns>Null where the text is no challenge.</returns>
    public static Challenge? TryParse(string scheme, string? parameters)
    {
        if (scheme.Length == 0) return null;
        Dictionary<string, string> found = new(StringComparer.OrdinalIgnoreCase);
        ReadOnlySpan<char> rest = parameters ?? "";
        while (true)
        {
            rest = rest.TrimStart(" \t,");
            int equals = rest.IndexOf('=');
            if (equals <= 0) return new Challenge(scheme.ToLowerInvariant(), found);
            string name = rest[..equals].Trim().ToString();
            rest = rest[(equals + 1)..].TrimStart();
            found[name] = rest.StartsWith("\"") ? Quoted(ref rest) : Token(ref rest);
        }
    }

    private static string Token(ref ReadOnlySpan<char> rest)
    {
        int end = rest.IndexOf(',');
        string value = (end < 0 ? rest : rest[..end]).Trim().ToString();
        rest = end < 0 ? [] : rest[end..];
        return value;
    }

    private static string Quoted(ref ReadOnlySpan<char> rest)
    {
        System.Text.StringBuilder value = new();
        int i = 1;
        for (; i < rest.Length && rest[i] != '"'; i++)
        {
            if (rest[i] == '\\' && i + 1 < rest.Length) i++;
            value.Append(rest[i]);
        }
        rest = rest[Math.Min(i + 1, rest.Length)..];
        return value.ToString();
    }
}
