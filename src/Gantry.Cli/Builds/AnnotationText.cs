namespace Gantry.Cli.Builds;

/// <summary>What <c>--annotation</c> takes: <c>[manifest:]key=value</c>. buildx has further places, in an index and beside a manifest,
/// which an image for one platform has not got.</summary>
internal static class AnnotationText
{
    private const string Manifest = "manifest";

    private static readonly string[] Elsewhere = ["index", "manifest-descriptor", "index-descriptor"];

    /// <returns>Without the place.</returns>
    /// <exception cref="FormatException">It is none, or for another place.</exception>
    public static string Check(string text)
    {
        string key = KeyOf(text);
        int colon = key.IndexOf(':');
        string place = colon < 0 ? "" : key[..colon];
        // buildx takes a platform in brackets behind the place.
        if (place.Split('[') is [var name, ..] && Elsewhere.Contains(name))
            throw new FormatException($"annotation \"{text}\": an image for one platform has no {name}: manifest:KEY=VALUE is meant");
        if (place != Manifest) return text;
        string bare = text[(colon + 1)..];
        KeyOf(bare);
        return bare;
    }

    private static string KeyOf(string text) => text.IndexOf('=') is > 0 and int equals ? text[..equals]
        : throw new FormatException($"invalid annotation \"{text}\", expected key=value");
}
