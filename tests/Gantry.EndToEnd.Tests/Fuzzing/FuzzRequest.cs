using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>The bytes of one request, and how its answer is to be judged.</summary>
/// <param name="IsCutOff">Its frames promise more than comes, or are none: a connection that ends without an answer is right.</param>
public sealed record FuzzRequest(ApiOperation Operation, byte[] Bytes, bool IsCutOff)
{
    /// <summary>As text, to be read in a report.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes, 0, Math.Min(Bytes.Length, 1500)).Replace("\0", "\\0");

    public static FuzzRequest Make(ApiOperation operation, FuzzValues values, IReadOnlyList<string> execs)
    {
        string target = Version(values) + PathOf(operation, values, execs) + QueryOf(operation, values);
        byte[] body = BodyOf(operation, values);
        StringBuilder head = new($"{operation.Method} {target} HTTP/1.1\r\nHost: {(values.Chance(0.02) ? "" : "x")}\r\n");
        head.Append(operation.MayWait && values.Chance(0.3) ? "Connection: Upgrade\r\nUpgrade: tcp\r\n" : "Connection: close\r\n");
        if (operation.Header is not null || values.Chance(0.05))
            head.Append($"X-Registry-Auth: {values.Of(["e30=", "e30", "{}", "", "!!!", "bnVsbA==", "eyJ1c2VybmFtZSI6MX0="])}\r\n");
        if (values.Chance(0.03))
            head.Append($"{values.Of(["X-Odd", "Accept", "Range", "If-Match", "Origin", "Sec-WebSocket-Key", "Expect"])}: "
                + $"{values.Of(["", "x", "100-continue", "bytes=0-1", "*/*;q=9", new string('y', 9000)])}\r\n");
        if (body.Length > 0 || operation.Method is "POST" or "PUT")
            head.Append($"Content-Type: "
                + $"{(values.Chance(0.95) ? "application/json" : values.Of(["application/x-tar", "text/plain", "", "application/json; "
                + "charset=utf-16"]))}\r\n");
        return Framed(operation, head, body, values);
    }

    private static string Version(FuzzValues values) =>
        values.Chance(0.98) ? values.Of(["", "/v1.41", "/v1.44", "/v1.24", "/v1.51", "/v1.43"])
            : values.Of(["/v1.99", "/v1.x", "/v9999999999.1"]);

    private static string PathOf(ApiOperation operation, FuzzValues values, IReadOnlyList<string> execs)
    {
        string Parameter()
        {
            // A name without a host would be looked for in the world, and this machine has none.
            if (operation.Path.StartsWith("/distribution/", StringComparison.Ordinal)
                || operation.Path.EndsWith("/push", StringComparison.Ordinal)) return values.Of(["127.0.0.1:1/x", "UPPER", "%00"]);
            if (values.Chance(0.05)) return Uri.EscapeDataString(values.Text());
            if (operation.Path.StartsWith("/exec/", StringComparison.Ordinal) && execs.Count > 0) return values.Of(execs);
            if (operation.Path.StartsWith("/images/", StringComparison.Ordinal))
                return operation.Method == "DELETE" ? values.Name("z") : values.Of(["busybox", "busybox:latest", values.Name("z"), "nope"]);
            if (operation.Path.StartsWith("/networks/", StringComparison.Ordinal) && values.Chance(0.2))
                return values.Of(["bridge", "host", "none"]);
            return values.Name("z");
        }
        return string.Join('/', operation.Path.Split('/').Select(part => part.StartsWith('{') ? Parameter() : part));
    }

    private static string QueryOf(ApiOperation operation, FuzzValues values)
    {
        List<string> pairs = [];
        foreach ((string name, JsonNode? shape) in operation.Query ?? [])
        {
            bool needed = name is "name" or "repo" or "container" or "path" or "term"
                || (name == "t" && operation.Path.StartsWith("/containers/", StringComparison.Ordinal));
            if (name != "term" && !values.Chance(needed ? 0.97 : 0.12)) continue;
            string one = (shape is JsonArray list ? list[0]! : shape!).GetValue<string>();
            // Most objects have the names that other requests ask for.
            string value = name is "name" or "container" or "repo" && values.Chance(0.8) ? values.Name("z") : values.ForQuery(name, one);
            pairs.Add($"{name}={Uri.EscapeDataString(value)}");
            if (values.Chance(0.02)) pairs.Add(values.Of([$"{name}=", name, $"{name}=%", $"{name}=%zz", "=", "&"]));
        }
        return pairs.Count == 0 ? "" : "?" + string.Join('&', pairs);
    }

    private static byte[] BodyOf(ApiOperation operation, FuzzValues values)
    {
        if (operation.Body is null) return [];
        if (operation.Body is JsonObject or JsonArray && values.Chance(0.03))
            return Encoding.UTF8.GetBytes(values.Of(
                ["{", "", "[]", "null", "5", "\"x\"", "{\"a\":", "{}{}", "\ufeff{}", new string('[', 20_000), "{\"Image\":\"\ud800\"}"]));
        if (operation.Body is JsonValue)
            return values.Of([[], new byte[512], new byte[1024], "not an archive"u8.ToArray(), [0x1f, 0x8b, 8, 0, 0, 0],
                [.. Enumerable.Repeat((byte)0xff, 2000)]]);
        JsonNode? body = values.ForField("", operation.Body);
        if (body is JsonObject create && operation.Path == "/containers/create")
        {
            if (!create.ContainsKey("Image") && values.Chance(0.97)) create["Image"] = "busybox";
            if (!create.ContainsKey("Cmd")) create["Cmd"] = values.Chance(0.6) ? new JsonArray("sleep", "1000") : new JsonArray("true");
        }
        if (body is JsonObject login && operation.Path == "/auth") login["serveraddress"] = "127.0.0.1:1";
        if (body is JsonObject exec && operation.Path.EndsWith("/exec", StringComparison.Ordinal) && values.Chance(0.8))
            exec["Cmd"] = new JsonArray("true");
        return Encoding.UTF8.GetBytes(body?.ToJsonString() ?? "null");
    }

    // The frames of HTTP are the last thing that may be wrong.
    private static FuzzRequest Framed(ApiOperation operation, StringBuilder head, byte[] body, FuzzValues values)
    {
        FuzzRequest With(string frame, bool cutOff, string end = "") =>
            new(operation, [.. Encoding.UTF8.GetBytes($"{head}{frame}"), .. body, .. Encoding.UTF8.GetBytes(end)], cutOff);

        if (values.Chance(0.01))
            return With($"Content-Length: {values.Of(["-1", "x", "99999999999999999999", $"{body.Length + 10}"])}\r\n\r\n", cutOff: true);
        if (values.Chance(0.03))
        {
            string size = values.Chance(0.7) ? $"{body.Length:x}" : values.Of(["zz", "-1", "ffffffffffffffffff", "", "7fffffff", "0"]);
            return With($"Transfer-Encoding: chunked\r\n\r\n{size}\r\n", cutOff: size != $"{body.Length:x}", "\r\n0\r\n\r\n");
        }
        return With(body.Length > 0 || values.Chance(0.5) ? $"Content-Length: {body.Length}\r\n\r\n" : "\r\n", cutOff: false);
    }
}
