namespace Gantry.Cli.Builds;

/// <summary>The grammar of an image's name with a tag, so far that a wrong one is refused before a context is sent.</summary>
internal static class ImageName
{
    private const string Invalid = "invalid reference format";
    private const int MaxTag = 128;

    /// <exception cref="FormatException">In Docker's words.</exception>
    public static string Check(string text)
    {
        // The daemon says what it thinks of digests.
        if (text.Contains('@')) return text;
        int colon = text.LastIndexOf(':');
        bool tagged = colon > text.LastIndexOf('/');
        if (tagged && !IsTag(text.AsSpan(colon + 1))) throw new FormatException(Invalid);
        string name = tagged ? text[..colon] : text;
        int slash = name.IndexOf('/');
        string first = slash < 0 ? "" : name[..slash];
        bool hasHost = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.Any(char.IsAsciiLetterUpper);
        string path = hasHost ? name[(slash + 1)..] : name;
        if (path.Any(char.IsAsciiLetterUpper))
        {
            string full = hasHost || slash >= 0 ? path : $"library/{path}";
            throw new FormatException($"{Invalid}: repository name ({full}) must be lowercase");
        }
        if (hasHost && !IsHost(first)) throw new FormatException(Invalid);
        return path.Split('/').All(IsComponent) ? text : throw new FormatException(Invalid);
    }

    private static bool IsTag(ReadOnlySpan<char> tag) =>
        tag.Length is > 0 and <= MaxTag && (char.IsAsciiLetterOrDigit(tag[0]) || tag[0] == '_')
        && !tag.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    private static bool IsHost(string host) => host.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '[' or ']');

    /// <summary>Letters and digits, and between them one dot, one or two underscores, or any number of dashes.</summary>
    private static bool IsComponent(string text)
    {
        if (text.Length == 0 || !char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1])) return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(text[i])) continue;
            int start = i;
            while (i + 1 < text.Length && text[i + 1] == text[start]) i++;
            int count = i - start + 1;
            bool known = text[start] switch { '.' => count == 1, '_' => count <= 2, '-' => true, _ => false };
            if (!known || !char.IsAsciiLetterOrDigit(text[i + 1])) return false;
        }
        return true;
    }
}
