using System.Text;

namespace Gantry.Api.Client;

/// <summary>Builds a request's path and query; what is null, empty or false is left out.</summary>
public sealed class Query
{
    private readonly StringBuilder _text = new();
    private char _separator = '?';

    /// <param name="segments">Escaped one by one; a name may hold a slash, which stays, as the routes of images expect.</param>
    public Query(string noun, params ReadOnlySpan<string> segments)
    {
        _text.Append('/').Append(noun);
        foreach (string segment in segments)
            _text.Append('/').Append(Uri.EscapeDataString(segment).Replace("%2F", "/").Replace("%3A", ":").Replace("%40", "@"));
    }

    public Query Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        _text.Append(_separator).Append(name).Append('=').Append(Escape(value));
        _separator = '&';
        return this;
    }

    /// <summary>A path may hold bytes that are no UTF-8, each a lone surrogate from U+DC80 on; it goes as that byte.</summary>
    private static string Escape(string value)
    {
        StringBuilder escaped = new();
        int start = 0;
        for (int i = 0; i < value.Length; i++)
        {
            if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1])) i++;
            else if (value[i] is >= '\uDC80' and <= '\uDCFF' and var single)
            {
                escaped.Append(Uri.EscapeDataString(value[start..i])).Append('%').Append(((byte)single).ToString("X2"));
                start = i + 1;
            }
        }
        return escaped.Append(Uri.EscapeDataString(value[start..])).ToString();
    }

    public Query Add(string name, bool value) => value ? Add(name, "1") : this;
    public Query Add(string name, int? value) => value is { } number ? Add(name, number.ToString()) : this;
    public Query Add(string name, Filters? filters) => filters is null ? this : Add(name, filters.ToJson());

    public override string ToString() => _text.ToString();
}
