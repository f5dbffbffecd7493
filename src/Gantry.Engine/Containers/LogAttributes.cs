using System.Text.RegularExpressions;

namespace Gantry.Engine.Containers;

/// <summary>What the options <c>labels</c>, <c>labels-regex</c>, <c>env</c>, <c>env-regex</c> and <c>tag</c> write beside each record
/// of a log.</summary>
internal static partial class LogAttributes
{
    /// <returns>Null for none.</returns>
    public static Dictionary<string, string>? Of(ContainerRecord record, IReadOnlyDictionary<string, string> options)
    {
        Dictionary<string, string> attributes = [];
        Add(attributes, record.Config.Labels, options, "labels");
        Add(attributes, Variables(record.Config.Env ?? []), options, "env");
        if (options.TryGetValue("tag", out string? tag) && Tag(tag, record) is { Length: > 0 } text) attributes["tag"] = text;
        return attributes.Count == 0 ? null : attributes;
    }

    /// <exception cref="GantryException">Invalid: an expression or a tag that cannot be used.</exception>
    public static void Check(string option, string value)
    {
        if (option == "tag")
        {
            foreach (Match field in Field().Matches(value)) Value(field, record: null);
            if (Field().Replace(value, "").Contains("{{", StringComparison.Ordinal)) throw Unusable(value);
        }
        else if (option is "labels-regex" or "env-regex") Expression(option, value);
    }

    private static void Add(Dictionary<string, string> attributes, IEnumerable<KeyValuePair<string, string>> all,
        IReadOnlyDictionary<string, string> options, string option)
    {
        HashSet<string> named = [.. options.GetValueOrDefault(option, "").Split(',', StringSplitOptions.RemoveEmptyEntries)];
        Regex? expression = options.GetValueOrDefault($"{option}-regex") is { Length: > 0 } pattern
            ? Expression($"{option}-regex", pattern) : null;
        foreach ((string name, string value) in all)
            if (named.Contains(name) || expression?.IsMatch(name) == true) attributes[name] = value;
    }

    private static IEnumerable<KeyValuePair<string, string>> Variables(IEnumerable<string> environment) =>
        environment.Select(entry => entry.Split('=', 2)).Where(parts => parts.Length == 2)
            .Select(parts => KeyValuePair.Create(parts[0], parts[1]));

    private static Regex Expression(string option, string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw GantryException.Invalid($"invalid value for {option}: {e.Message}");
        }
    }

    private static string Tag(string template, ContainerRecord record) => Field().Replace(template, field => Value(field, record));

    [GeneratedRegex(@"\{\{\s*\.(\w+)\s*\}\}")]
    private static partial Regex Field();

    /// <param name="record">Null to look at the name alone.</param>
    private static string Value(Match field, ContainerRecord? record) => field.Groups[1].Value switch
    {
        "ID" => record?.Id[..12] ?? "",
        "FullID" => record?.Id ?? "",
        "Name" => record?.Name ?? "",
        // As long as Docker's, which counts the name of the digest.
        "ImageID" => record?.Image is { } image ? image[..Math.Min(12, image.Length)] : "",
        "ImageFullID" => record?.Image ?? "",
        "ImageName" => record?.Config.Image ?? "",
        "Command" => record is null ? "" : string.Join(' ', [record.Path, .. record.Args]),
        "Hostname" => record is null ? "" : Environment.MachineName,
        "DaemonName" => "docker",
        _ => throw Unusable(field.Value),
    };

    private static GantryException Unusable(string tag) => GantryException.Invalid(
        $"invalid value for tag: '{tag}': only {{{{.ID}}}}, .FullID, .Name, .ImageID, .ImageFullID, "
        + ".ImageName, .Command, .Hostname and .DaemonName");
}
