using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Daemon.Http;

/// <summary>The parameters after the question mark, read the way Docker's clients write them.</summary>
public readonly struct RequestQuery(IQueryCollection parameters)
{
    public bool Has(string key) => parameters.ContainsKey(key);

    /// <returns>The first value; empty when there is none.</returns>
    public string Text(string key) => parameters.TryGetValue(key, out StringValues values) && values.Count > 0 ? values[0] ?? "" : "";

    /// <returns>Every value of a parameter that may be repeated.</returns>
    public IReadOnlyList<string> All(string key) => parameters.TryGetValue(key, out StringValues values) ? [.. values.Select(value => value ?? "")] : [];

    /// <summary>False are: nothing, <c>0</c>, <c>no</c>, <c>false</c>, <c>none</c>. All else is true.</summary>
    public bool Bool(string key, bool absent = false) => Has(key) ? IsTrue(Text(key)) : absent;

    internal static bool IsTrue(string text) => text.Trim().ToLowerInvariant() is not ("" or "0" or "no" or "false" or "none");

    /// <exception cref="GantryException">InvalidArgument: it is not a number.</exception>
    public int? Int(string key) => (int?)Number(key, int.MinValue, int.MaxValue);

    /// <exception cref="GantryException">InvalidArgument: it is not a number.</exception>
    public long? Long(string key) => Number(key, long.MinValue, long.MaxValue);

    private long? Number(string key, long least, long most)
    {
        string text = Text(key);
        if (text.Length == 0) return null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most) return number;
        throw GantryException.Invalid($"invalid value for {key}: \"{text}\" is not a number");
    }

    /// <summary>A point in time: seconds since 1970 with an optional fraction, RFC 3339, or a duration back from now (<c>10m</c>, <c>1h30m</c>).</summary>
    /// <returns>Null when it is missing, empty or 0.</returns>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public DateTimeOffset? Time(string key) => Text(key) is { Length: > 0 } text ? Timestamp.Parse(key, text) : null;

    /// <exception cref="GantryException">InvalidArgument: <c>invalid filter</c>.</exception>
    public RequestFilters Filters(string key = "filters") => RequestFilters.Parse(Text(key));
}
