using System.Text.Json;
using Gantry.Build.Sessions;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>A directory of the client's, as a graph has it.</summary>
internal static class LocalFiles
{
    private const string Scheme = "local://";

    public static bool Is(OpNode node) =>
        node.Op.OpCase == Op.OpOneofCase.Source && node.Op.Source.Identifier.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="GantryException">Invalid: it has no name, or its patterns are no list.</exception>
    public static FilesRequest Of(OpNode node)
    {
        string name = OpRules.Text(node.Op.Source.Identifier[Scheme.Length..], "the name of a local source");
        if (name.Length == 0) throw GantryException.Invalid("a local source has no name");
        return new FilesRequest(name)
        {
            Include = List(node.Op.Source, "local.includepattern"), Exclude = List(node.Op.Source, "local.excludepatterns"),
            Follow = List(node.Op.Source, "local.followpaths"),
        };
    }

    /// <summary>What it says of how it is kept, and whose it is.</summary>
    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public static void Check(SourceOp source, string session)
    {
        foreach ((string name, string value) in source.Attrs)
        {
            bool isKnown = name switch
            {
                "local.includepattern" or "local.excludepatterns" or "local.followpaths" => true,
                // Which files of earlier builds are taken for the same: those of this client and this directory.
                "local.unique" or "local.sharedkeyhint" => true,
                "local.differ" => value is "" or "none" or "metadata",
                "local.session" => value == session || (value.Length == 0)
                    ? true : throw GantryException.Unsupported($"{source.Identifier} is of another session, {value}"),
                _ => false,
            };
            if (!isKnown) throw SourcePlanner.Unknown(source, name, value);
        }
    }

    private static IReadOnlyList<string> List(SourceOp source, string name)
    {
        if (!source.Attrs.TryGetValue(name, out string? json) || json.Length == 0) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
            return [.. document.RootElement.EnumerateArray().Select(one => OpRules.Text(one.GetString() ?? "", name))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw GantryException.Invalid($"{name} of {source.Identifier} is no list of texts");
        }
    }
}
