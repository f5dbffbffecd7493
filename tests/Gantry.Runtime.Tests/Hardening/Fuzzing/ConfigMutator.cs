using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.Runtime.Tests.Hardening.Fuzzing;

/// <summary>Makes a wrong config.json of a right one: knows the structure, and sometimes breaks the bytes.</summary>
internal sealed class ConfigMutator
{
    private static readonly string[] Texts =
    [
        "", " ", "/", ".", "..", "/..", "../../..", "a/b", "/a\\b", "a\nb", "a=b", ":", "::", "user", "a:b:c", "-1",
        "999999999999999999999", "%s%n", "\u00fc\U0001F600", "\u202e", "proc", "/proc", "/proc/self/exe",
        "SCMP_ACT_KILL", "SCMP_ACT_NOTIFY", "CAP_SYS_ADMIN", "RLIMIT_NOFILE", "net.ipv4.ip_forward", "kernel.hostname", "ro", "rbind",
        "size=1", "MARK-NUL", "MARK-HALF",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1", "-1", "0.5", "-1.5", "1e3", "1e400", "-1e400", "1E-400", "127", "255", "256", "65535", "65536", "2147483647",
        "2147483648", "-2147483649", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "123456789012345678901234567890",
    ];

    private readonly string _base;
    private readonly Random _random;

    public ConfigMutator(string json, int seed) => (_base, _random) = (json, new Random(seed));

    /// <param name="change">Applied to what has still a structure, after the mutations.</param>
    public byte[] Next(Action<JsonObject>? change = null)
    {
        JsonObject root = JsonNode.Parse(_base)!.AsObject();
        for (int i = _random.Next(1, 5); i > 0; i--) Mutate(root);
        change?.Invoke(root);
        // A NUL and half of a surrogate pair can be written in JSON, but are refused where this document is made.
        byte[] json = Encoding.UTF8.GetBytes(root.ToJsonString().Replace("MARK-NUL", "a\\u0000b", StringComparison.Ordinal)
            .Replace("MARK-HALF", "a\\ud800b", StringComparison.Ordinal));
        return change is null && _random.Next(5) == 0 ? Break(json) : json;
    }

    private void Mutate(JsonObject root)
    {
        List<JsonNode> parents = [root];
        for (int i = 0; i < parents.Count; i++)
            foreach (JsonNode? child in Children(parents[i]))
                if (child is JsonObject or JsonArray) parents.Add(child);
        JsonNode parent = parents[_random.Next(parents.Count)];
        if (parent is JsonArray array) MutateArray(array);
        else MutateObject(parent.AsObject());
    }

    private static IEnumerable<JsonNode?> Children(JsonNode node) =>
        node is JsonArray array ? array : node.AsObject().Select(static member => member.Value);

    private void MutateObject(JsonObject target)
    {
        string[] names = [.. target.Select(static member => member.Key)];
        string name = names.Length > 0 ? names[_random.Next(names.Length)] : "extra";
        switch (_random.Next(6))
        {
            case 0: target.Remove(name); break;
            case 1: target[_random.Next(3) == 0 ? "MARK-HALF" : "extra"] = Value(3); break;
            case 2: target[name.ToUpperInvariant()] = target[name]?.DeepClone(); break;
            case 3 when target[name] is JsonValue value: target[name] = Enlarged(value); break;
            default: target[name] = Value(3); break;
        }
    }

    private void MutateArray(JsonArray target)
    {
        int at = target.Count == 0 ? 0 : _random.Next(target.Count);
        switch (_random.Next(5))
        {
            case 0 when target.Count > 0: target.RemoveAt(at); break;
            case 1: target.Clear(); break;
            case 2 when target.Count > 0:
                int copies = _random.Next(100) == 0 ? 5000 : 3;
                for (int i = 0; i < copies; i++) target.Add(target[at]?.DeepClone());
                break;
            case 3 when target.Count > 0: target[at] = Value(3); break;
            default: target.Add(Value(3)); break;
        }
    }

    private JsonNode? Enlarged(JsonValue value) => value.GetValueKind() == System.Text.Json.JsonValueKind.String
        ? JsonValue.Create(string.Concat(Enumerable.Repeat(value.ToString() + "x", _random.Next(200) == 0 ? 20_000 : 300)))
        : Number();

    private JsonNode Number() => JsonNode.Parse(Numbers[_random.Next(Numbers.Length)])!;

    private JsonNode? Value(int depth)
    {
        switch (_random.Next(depth > 0 ? 9 : 6))
        {
            case 0: return null;
            case 1: return JsonValue.Create(_random.Next(2) == 0);
            case 2 or 3: return Number();
            case 4 or 5: return JsonValue.Create(Texts[_random.Next(Texts.Length)]);
            case 6: return new JsonArray(Value(depth - 1), Value(depth - 1));
            case 7: return new JsonObject { ["extra"] = Value(depth - 1), ["path"] = Value(depth - 1) };
            default:
                JsonNode nested = new JsonArray();
                for (int i = _random.Next(90); i > 0; i--) nested = new JsonArray(nested);
                return nested;
        }
    }

    private byte[] Break(byte[] json)
    {
        int at = _random.Next(json.Length), length = Math.Min(_random.Next(1, 40), json.Length - at);
        switch (_random.Next(5))
        {
            case 0: return json[..at];
            case 1: return [.. json[..at], .. json[(at + length)..]];
            case 2: return [.. json[..(at + length)], .. json[at..]];
            case 3: return [.. json[..at], 0xFF, 0xC0, 0x80, .. json[at..]];
            default:
                json[at] = (byte)_random.Next(256);
                return json;
        }
    }
}
