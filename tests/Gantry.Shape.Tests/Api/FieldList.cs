using System.Text.Json;

namespace Gantry.Shape.Api;

/// <summary><c>fields.json</c>: what no code reads, by the reason. A name may end in <c>*</c>.</summary>
public sealed class FieldList
{
    /// <summary>Operations that are refused whatever is asked with them.</summary>
    public required IReadOnlyDictionary<string, string> RefusedWhole { get; init; }
    /// <summary>Operations that come later: no route, 404.</summary>
    public required IReadOnlyDictionary<string, string> Unbuilt { get; init; }
    /// <summary>Parameters and fields that need no reading.</summary>
    public required IReadOnlyDictionary<string, string> Unread { get; init; }

    public static FieldList Load() =>
        JsonSerializer.Deserialize<FieldList>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Api/fields.json")))!;

    public bool IsRefusedWhole(Operation operation) => RefusedWhole.Keys.Any(pattern => Matches(pattern, operation.Name));
    public bool IsUnbuilt(Operation operation) => Unbuilt.Keys.Any(pattern => Matches(pattern, operation.Name));
    public bool Names(string field) => Unread.Keys.Any(pattern => Matches(pattern, field));
    public IEnumerable<string> Unused(IReadOnlySet<string> needed) =>
        Unread.Keys.Where(pattern => !needed.Any(field => Matches(pattern, field)));

    private static bool Matches(string pattern, string name) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;
}
