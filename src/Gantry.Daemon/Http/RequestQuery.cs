using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gantry.Daemon.Http;

/// <summary>The parameters after the question mark, read the way Docker's clients write them.</summary>
/// <param name="raw">The same, as they came.</param>
public readonly struct RequestQuery(IQueryCollection parameters, string raw = "")
{
    public bool Has(string key) => parameters.ContainsKey(key);

    /// <returns>The first value; empty when there is none.</returns>
    public string Text(string key) => parameters.TryGetValue(key, out StringValues values) && values.Count > 0 ? values[0] ?? "" : "";

    /// <summary>The path of a file, which may hold bytes that are no UTF-8, see <see cref="ByteText"/>;
    /// the framework leaves those as they were escaped.</summary>
    public string Path(string key)
    {
        foreach (string pair in raw.TrimStart('?').Split('&'))
        {
            int equals = pair.IndexOf('=');
            if (equals >= 0 && Uri.UnescapeDataString(pair[..equals]) == key) return ByteText.Of(Unescape(pair[(equals + 1)..]));
        }
        return Text(key);
    }

    private static byte[] Unescape(string value)
    {
        List<byte> bytes = new(value.Length);
        for (int i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length
                && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte single))
            {
                bytes.Add(single);
                i += 2;
            }
            else if (value[i] == '+') bytes.Add((byte)' ');
            else bytes.AddRange(ByteText.Bytes(value[i].ToString()));
        }
        return [.. bytes];
    }

    /// <returns>Every value of a parameter that may be repeated.</returns>
    public IReadOnlyList<string> All(string key) =>
        parameters.TryGetValue(key, out StringValues values) ? [.. values.Select(value => value ?? "")] : [];

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
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least
            && number <= most) return number;
        throw GantryException.Invalid($"invalid value for {key}: \"{text}\" is not a number");
    }

    /// <summary>A point in time: seconds since 1970 with an optional fraction, RFC 3339,
    /// or a duration back from now (<c>10m</c>, <c>1h30m</c>).</summary>
    /// <returns>Null when it is missing, empty or 0.</returns>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public DateTimeOffset? Time(string key) => Text(key) is { Length: > 0 } text ? Timestamp.Parse(key, text) : null;

    /// <exception cref="GantryException">InvalidArgument: <c>invalid filter</c>.</exception>
    public RequestFilters Filters(string key = "filters") => RequestFilters.Parse(Text(key));
}
