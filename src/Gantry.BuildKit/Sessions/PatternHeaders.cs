using System.Globalization;
using System.Text;
using Gantry.Build.Sessions;
using Gantry.BuildKit.Connections;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>Which files are asked for, as headers of the call.</summary>
internal static class PatternHeaders
{
    /// <summary>Bytes; more than a client's server takes at once.</summary>
    private const int MaxSize = 512 << 10;

    /// <exception cref="GantryException">Invalid: the patterns are too long.</exception>
    public static Metadata Of(FilesRequest request)
    {
        Metadata headers = [];
        Add(headers, "dir-name", [request.Name]);
        Add(headers, "include-patterns", request.Include);
        Add(headers, "exclude-patterns", request.Exclude);
        Add(headers, "followpaths", FollowedSources.Of(request.Follow));
        if (headers.Sum(header => header.Value.Length) > MaxSize)
            throw GantryException.Invalid($"the patterns of what is left out of {request.Name} are longer than {MaxSize} bytes together");
        return headers;
    }

    private static void Add(Metadata headers, string name, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return;
        bool isEncoded = values.Any(value => value.Any(IsControl));
        headers.Add(name, string.Join(HeaderBlock.Separator, values.Select(value => InHeader(isEncoded ? Encode(value) : value))));
        if (isEncoded) headers.Add(name + "-encoded", "1");
    }

    /// <summary>Its bytes as they are: of clients only the newer ones decode what is encoded, and all take these.</summary>
    private static string InHeader(string value) => Encoding.Latin1.GetString(ByteText.Bytes(value));

    /// <summary>No header has such a character.</summary>
    private static bool IsControl(char c) => c is < ' ' or '\x7f';

    /// <summary>As a form encodes its values, as little as can be.</summary>
    private static string Encode(string value)
    {
        StringBuilder text = new(value.Length * 2);
        foreach (char c in value)
        {
            if (IsControl(c) || c is '%' or '+') text.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
            else text.Append(c);
        }
        return text.ToString();
    }
}
