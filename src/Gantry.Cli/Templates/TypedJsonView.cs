using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Cli.Templates;

/// <summary>JSON seen through a wire type: members the daemon left out have their zero value, numbers are numbers,
/// others are errors.</summary>
/// <remarks>The type's serializer metadata says what each member is, so no reflection is needed.</remarks>
internal static class TypedJsonView
{
    public static object? Of(JsonTypeInfo type, JsonElement element)
    {
        if (element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined) return Zero(type.Type, type.Options, nullable: false);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                return new JsonStruct(type, element);
            case JsonTypeInfoKind.Dictionary when element.ValueKind == JsonValueKind.Object:
                return new JsonDictionary(type, element);
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                var item = type.Options.GetTypeInfo(type.ElementType!);
                return new TemplateList([.. element.EnumerateArray().Select(e => Of(item, e))],
                    type.ElementType == typeof(string) ? "[]string" : "[]interface {}");
            default:
                return Scalar(element);
        }
    }

    private static object? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.TryGetInt64(out var whole) ? (object)whole : element.GetDouble(),
        JsonValueKind.Array => new TemplateList([.. element.EnumerateArray().Select(Scalar)],
            element.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) ? "[]string" : "[]interface {}"),
        _ => JsonView.Of(element),
    };

    private static object? Zero(Type type, JsonSerializerOptions options, bool nullable)
    {
        if (type == typeof(string)) return "";
        if (Nullable.GetUnderlyingType(type) is not null) return null;
        if (type == typeof(bool)) return false;
        if (type == typeof(double) || type == typeof(float)) return 0.0;
        if (type.IsPrimitive) return 0L;
        var info = options.GetTypeInfo(type);
        return info.Kind switch
        {
            JsonTypeInfoKind.Dictionary => new JsonDictionary(info, default),
            JsonTypeInfoKind.Enumerable => new TemplateList([], "[]string", isNil: true),
            JsonTypeInfoKind.Object when !nullable => new JsonStruct(info, default),
            _ => null,
        };
    }

    private static void WriteMembers(StringBuilder output, IEnumerable<KeyValuePair<string, object?>> members)
    {
        output.Append('{');
        var first = true;
        foreach (var (name, value) in members)
        {
            if (!first) output.Append(',');
            first = false;
            GoJson.WriteString(output, name, escapeHtml: false);
            output.Append(':');
            GoJson.Write(output, value);
        }
        output.Append('}');
    }

    private sealed class JsonStruct(JsonTypeInfo type, JsonElement element) : TemplateObject
    {
        public override string TypeName => type.Type.Name;

        public override IEnumerable<KeyValuePair<string, object?>> Fields =>
            type.Properties.Select(p => KeyValuePair.Create(p.Name, Member(p)));

        public override bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value)
        {
            value = null;
            if (arguments.Count > 0) return false;
            var property = type.Properties.FirstOrDefault(p => p.Name == name)
                ?? type.Properties.FirstOrDefault(p => p.Name == GoNames.ToWire(name));
            if (property is null) return false;
            value = Member(property);
            return true;
        }

        /// <summary>A member as it came, also one that the type does not know.</summary>
        private object? Received(JsonProperty member)
        {
            var property = type.Properties.FirstOrDefault(p => p.Name == member.Name);
            if (property is null || member.Value.ValueKind == JsonValueKind.Null) return JsonView.Of(member.Value);
            return Member(property);
        }

        private object? Member(JsonPropertyInfo property)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(property.Name, out var member)
                || member.ValueKind == JsonValueKind.Null)
                return Zero(property.PropertyType, type.Options, property.IsGetNullable);
            if (GoTime.IsTime(type.Type, property.Name) && member.ValueKind == JsonValueKind.String) return new GoTime(member.GetString()!);
            return Of(type.Options.GetTypeInfo(property.PropertyType), member);
        }

        public override void WriteJson(StringBuilder output)
        {
            WriteMembers(output, element.ValueKind == JsonValueKind.Object
                ? element.EnumerateObject().Select(m => KeyValuePair.Create(m.Name, Received(m))) : Fields);
        }
    }

    private sealed class JsonDictionary(JsonTypeInfo type, JsonElement element) : TemplateMap
    {
        private readonly JsonTypeInfo _values = type.Options.GetTypeInfo(type.ElementType!);

        private bool IsNil => element.ValueKind != JsonValueKind.Object;

        public override int Count => IsNil ? 0 : element.EnumerateObject().Count();
        public override string TypeName => type.ElementType == typeof(string) ? "map[string]string" : "map[string]interface {}";
        public override object? Zero => TypedJsonView.Zero(_values.Type, type.Options, nullable: true);

        public override IEnumerable<KeyValuePair<string, object?>> Entries => IsNil
            ? []
            : element.EnumerateObject().OrderBy(p => p.Name, StringComparer.Ordinal)
            .Select(p => KeyValuePair.Create(p.Name, Of(_values, p.Value)));

        public override bool TryGet(string key, out object? value)
        {
            value = null;
            if (IsNil || !element.TryGetProperty(key, out var member)) return false;
            value = Of(_values, member);
            return true;
        }

        public override void WriteJson(StringBuilder output)
        {
            if (IsNil) output.Append("null");
            else WriteMembers(output, Entries);
        }
    }
}
