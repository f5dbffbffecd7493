using System.Text;
using System.Text.Json;

namespace Gantry.Cli.Templates;

/// <summary>JSON as a template sees it when nothing is known of its type: objects are maps, numbers keep their digits.</summary>
internal static class JsonView
{
    public static object? Of(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => new JsonMap(element),
        JsonValueKind.Array => new TemplateList([.. element.EnumerateArray().Select(Of)]),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => new JsonNumber(element.GetRawText()),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => NoValue.Instance,
    };

    private sealed class JsonMap(JsonElement element) : TemplateMap
    {
        public override int Count => element.EnumerateObject().Count();
        public override string TypeName => "map[string]interface {}";

        public override IEnumerable<KeyValuePair<string, object?>> Entries =>
            element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Name, Of(p.Value)));

        public override bool TryGet(string key, out object? value)
        {
            var found = element.TryGetProperty(key, out var member);
            value = found ? Of(member) : null;
            return found;
        }

        public override void WriteJson(StringBuilder output) => JsonText.Append(output, element);
    }
}
