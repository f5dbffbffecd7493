using System.Text;

namespace Gantry.Api;

/// <summary>Builds a request's path and query; what is null, empty or false is left out.</summary>
public sealed class Query
{
    private readonly StringBuilder text = new();
    private char separator = '?';

    /// <param name="segments">Escaped one by one; a name may hold a slash, which stays, as the routes of images expect.</param>
    public Query(string noun, params ReadOnlySpan<string> segments)
    {
        text.Append('/').Append(noun);
        foreach (string segment in segments) text.Append('/').Append(Uri.EscapeDataString(segment).Replace("%2F", "/").Replace("%3A", ":").Replace("%40", "@"));
    }

    public Query Add(string name, string? value)
    {
        if (string.IsNullOrEmpty(value)) return this;
        text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        separator = '&';
        return this;
    }

    public Query Add(string name, bool value) => value ? Add(name, "1") : this;
    public Query Add(string name, int? value) => value is { } number ? Add(name, number.ToString()) : this;
    public Query Add(string name, Filters? filters) => filters is null ? this : Add(name, filters.ToJson());

    public override string ToString() => text.ToString();
}
