using Gantry.Api.Builds;

namespace Gantry.Cli.Builds;

/// <summary>What <c>--annotation</c> takes, as buildx has it: <c>[PLACE[PLATFORM],…:]KEY=VALUE</c>, where the brackets around PLATFORM are
/// written. Places are <c>manifest</c>, which is meant without a word, <c>manifest-descriptor</c> and <c>index</c>.</summary>
internal static class AnnotationText
{
    private const string Manifest = "manifest", IndexDescriptor = "index-descriptor";

    private static readonly string[] Places = [Manifest, "manifest-descriptor", "index"];

    /// <returns>One for each place.</returns>
    /// <exception cref="FormatException">It is none, or for a place that there is not.</exception>
    public static IReadOnlyList<BuildAnnotation> Parse(string text)
    {
        string key = KeyOf(text);
        int colon = key.IndexOf(':');
        string[] places = colon < 0 ? [] : key[..colon].Split(',');
        if (places.Length == 0 || !places.All(IsPlace))
            return [new BuildAnnotation { Place = Manifest, Key = key, Value = text[(key.Length + 1)..] }];
        string bare = KeyOf(text[(colon + 1)..]);
        return [.. places.Select(place => Place(place, text, bare, text[(key.Length + 1)..]))];
    }

    private static bool IsPlace(string text) => text.Split('[')[0] is var name && (Places.Contains(name) || name == IndexDescriptor);

    private static BuildAnnotation Place(string place, string text, string key, string value)
    {
        int bracket = place.IndexOf('[');
        string name = bracket < 0 ? place : place[..bracket];
        if (name == IndexDescriptor)
            throw new FormatException(
                $"annotation \"{text}\": nothing lists an index here: manifest, manifest-descriptor or index is meant");
        if (bracket >= 0 && (!place.EndsWith(']') || place.Length < bracket + 3))
            throw new FormatException($"invalid annotation \"{text}\": a platform stands in brackets: {name}[linux/amd64]:KEY=VALUE");
        return new BuildAnnotation { Place = name, Platform = bracket < 0 ? "" : place[(bracket + 1)..^1], Key = key, Value = value };
    }

    private static string KeyOf(string text) => text.IndexOf('=') is > 0 and int equals ? text[..equals]
        : throw new FormatException($"invalid annotation \"{text}\", expected key=value");
}
