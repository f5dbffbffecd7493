using System.Text;
using System.Text.Json.Nodes;

namespace Gantry.EndToEnd.Fuzzing;

/// <summary>Values that are right, nearly right, and nothing of the kind.</summary>
/// <param name="root">A directory of the test's own: no path of the host is ever named but below it.</param>
public sealed class FuzzValues(Random random, string root, string cgroupParent)
{
    private static readonly string[] FilterNames =
    [
        "id", "name", "status", "before", "since", "ancestor", "exited", "health", "network", "volume", "publish", "expose", "is-task",
        "dangling", "reference", "driver", "type", "scope", "event", "container", "isolation",
    ];
    private static readonly string[] Odd =
    [
        "", " ", "\0", "a\0b", "/", "..", "../../x", "%00", "\n", "\r\n", "-1", "0", "null", "true", "\u00e9\u4e16", "\ud83d\ude00",
        "a:b:c:d:e:f", "=", "a=b=c", ":", "@", "sha256:", "sha256:zz",
        "{{.ID}}", "$(id)", "18446744073709551616", "9223372036854775807", "1e400", "0x10", "[]", "{}", "*", "--help", "\u202e", "A",
        "9999999999h", "1.5", "80/tcp", "70000/tcp", "1-70000/udp", "host", "none", "default",
        "container:", "container:nobody", "private", "shareable", "bridge",
    ];
    private static readonly long[] Numbers = [0, 1, -1, -2, 2, 7, 80, 100, 1000, 1024, 65535, 65536, 6 << 20, 64 << 20, int.MaxValue,
        int.MinValue, (long)int.MaxValue + 1, long.MaxValue, long.MinValue];

    public T Of<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    public bool Chance(double probability) => random.NextDouble() < probability;

    public string Name(string kind) => $"{kind}{random.Next(6)}";

    public string Text()
    {
        if (!Chance(0.05)) return Of(Odd);
        if (Chance(0.3)) return new string('x', Of([255, 256, 4096, 5000, 70_000]));
        StringBuilder text = new();
        for (int i = random.Next(40); i > 0; i--) text.Append((char)random.Next(1, 0x300));
        return text.ToString();
    }

    public string ForQuery(string name, string shape)
    {
        if (name is not ("t" or "fromImage" or "remote" or "term" or "fromSrc") && Chance(0.15)) return Text();
        return name switch
        {
            "filters" => Filters(),
            "t" when shape == "integer" => Of(["0", "1", "", "x", "99999999999999999999"]),
            "fromImage" or "remote" or "term" =>
                Of(["127.0.0.1:1/x", "127.0.0.1:1/x:y", "127.0.0.1:1/x@sha256:00", "127.0.0.1:1/UPPER", "127.0.0.1:1/"]),
            "fromSrc" => Of(["-", "-", "http://127.0.0.1:1/x.tar", "ftp://x", "http://"]),
            "path" => Of(["/etc", "/etc/passwd", "/", "/proc", "/nope", "", ".", "a/../b", "/etc/", "/" + new string('d', 5000), "/a\0b"]),
            "signal" => Of(["KILL", "SIGTERM", "9", "0", "65", "-9", "RTMIN+3", "NONSENSE", ""]),
            "changes" => Of(["ENV a=b", "CMD [\"x\"", "EXPOSE 80-90", "EXPOSE 99999", "ONBUILD ONBUILD x", "FROM x", "LABEL", "ENV a",
                "USER", "ENTRYPOINT [1]", "VOLUME [\"\"]", "ENV a=${b:-c} d=${", "CMD \\"]),
            "platform" or "platforms" =>
                Of(["linux/amd64", "linux", "windows/amd64", "{\"os\":\"linux\"}", "a/b/c/d", "linux/arm/v9", "{"]),
            "since"
                or "until" => Of(["0", "1", "1700000000", "1700000000.999999999", "-1", "99999999999999999999", "10m", "2020-01-01",
                "2020-13-45T99:00:00Z", "yesterday", "1e300"]),
            // The base image keeps what it is.
            "repo" => Of([Name("z"), "UPPER", "a/b/c", Text()]),
            "name" or "container" or "tag" or "names" => Of([Name("z"), Name("z"), "busybox", "busybox:latest", "UPPER", "a/b/c", Text()]),
            "detachKeys" => Of(["ctrl-p,ctrl-q", "ctrl-", "a", "ctrl-é", ","]),
            "tail" => Of(["all", "0", "1", "-5", "99999999999999999999"]),
            _ => Leaf(shape),
        };
    }

    public JsonNode? ForField(string name, JsonNode shape, int depth = 0)
    {
        if (Known(name) is { } known) return known;
        if (depth > 0 && Chance(0.04)) return Anything(depth);
        if (Likely(name) is { } likely && Chance(0.7)) return likely;
        return shape switch
        {
            JsonObject fields => Object(fields, depth),
            JsonArray list => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => ForField(name, list[0]!, depth + 1))]),
            _ => Typed(shape.GetValue<string>()),
        };
    }

    private JsonObject Object(JsonObject shape, int depth)
    {
        JsonObject made = [];
        if (shape["*"] is { } any)
        {
            for (int i = random.Next(3); i > 0; i--)
                made[Of(["80/tcp", "1-3/udp", "a", "net.core.somaxconn", "kernel.msgmax", "size", "max-size", "bridge", "z0", Text()])] =
                    ForField("", any, depth + 1);
            return made;
        }
        // Few at a time, or something is always wrong and nothing behind the checks is ever reached.
        List<KeyValuePair<string, JsonNode?>> fields = [.. shape];
        for (int i = Of([1, 1, 1, 2, 3]); i > 0; i--)
        {
            (string name, JsonNode? field) = Of(fields);
            made[name] = ForField(name, field!, depth + 1);
        }
        return made;
    }

    /// <summary>What must never be left to chance, for the host's sake or for time's, and what gets further when it is right.</summary>
    private JsonNode? Known(string name) => name switch
    {
        "Image" => Chance(0.9) ? "busybox" : Of(["", "nope", "UPPER", "busybox@sha256:0", "sha256:00"]),
        "Cmd" => Of<Func<JsonNode>>([() => new JsonArray("sleep", "1000"), () => new JsonArray("true"),
            () => new JsonArray("no-such-command"), () => new JsonArray(""), () => new JsonArray()])(),
        "Entrypoint" => Of<Func<JsonNode?>>([() => null, () => new JsonArray(), () => new JsonArray("sleep"), () => new JsonArray("")])(),
        "Binds" => new JsonArray(Of([$"{root}:/h", $"{root}:/h:ro,z", $"{Name("z")}:/v", "/v", "relative/x:/y", "", ":", "a:b:c:d",
            $"{root}:relative", $"{root}/none:/n", $"{root}:/", $"{root}:/h:odd"])),
        "Source" => Of([root, $"{root}/none", Name("z"), "relative", ""]),
        "Target" => Of(["/t", "/", "t", "", "/proc", "/a/../b"]),
        "PathOnHost" or "Path" => Of(["/dev/null", "/dev/none", $"{root}/none", root, ""]),
        "CgroupParent" => Of([cgroupParent, $"{cgroupParent}/deeper", "", "/", $"{cgroupParent}/../..", $"{cgroupParent}/\0"]),
        "DriverOpts" => Of<Func<JsonNode>>([() => new JsonObject { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m" },
            () => new JsonObject { ["odd"] = "x" },
            () => new JsonObject { ["type"] = "none", ["o"] = "bind", ["device"] = $"{root}/none" }, () => new JsonObject()])(),
        "StopTimeout" => Of([0, 1]),
        "serveraddress" => "127.0.0.1:1",
        "Container" or "Name" when Chance(0.7) => Name("z"),
        _ => null,
    };

    private JsonNode? Likely(string name) => name switch
    {
        "User" => Of(["0", "1000", "nobody", "nobody:root", "1:2", ":1", "-1"]),
        "WorkingDir" => Of(["/", "/made/here", "relative", "/etc/passwd"]),
        "Env" => new JsonArray(Of(["A=b", "A=", "A", "=b", ""])),
        "NetworkMode" => Of(["bridge", "host", "none", "default", $"container:{Name("z")}", Name("z")]),
        "IpcMode" => Of(["", "none", "private", "shareable", "host", $"container:{Name("z")}"]),
        "PidMode" => Of(["", "host", $"container:{Name("z")}"]),
        "UTSMode" or "UsernsMode" => Of(["", "host"]),
        "Memory" or "MemorySwap" or "MemoryReservation" or "ShmSize" => Of([0, -1, 16 << 20, 64 << 20, 5]),
        "CpusetCpus" or "CpusetMems" => Of(["0", "0-1", "0,1", "7-5", "99", "x"]),
        "NanoCpus" or "CpuQuota" or "CpuPeriod" => Of([0, 1_000_000, 100_000, 500_000_000, 1]),
        "CapAdd" or "CapDrop" => new JsonArray(Of(["ALL", "NET_ADMIN", "cap_chown", "NOPE"])),
        "SecurityOpt" => new JsonArray(Of(["no-new-privileges", "seccomp=unconfined", "seccomp={}", "label=disable", "apparmor=x",
            "systempaths=unconfined", "nope", "seccomp={\"defaultAction\":5}"])),
        "Tmpfs" => new JsonObject { [Of(["/t", "t", "/", ""])] = Of(["", "size=1m", "mode=1777,uid=1", "odd", "size=x"]) },
        "ExtraHosts" => new JsonArray(Of(["a:1.2.3.4", "a:::1", "a", "a:host-gateway", "a:x"])),
        "Dns" or "DnsSearch" or "DnsOptions" => new JsonArray(Of(["1.1.1.1", "x", "", "."])),
        "Links" or "VolumesFrom" => new JsonArray(Of([Name("z"), $"{Name("z")}:x", $"{Name("z")}:ro", "nobody", ""])),
        "HostPort" => Of(["", "0", "8081", "8080", "80-90", "x", "-1"]),
        "HostIp" => Of(["", "127.0.0.1", "0.0.0.0", "::", "1.2.3", "198.51.100.1"]),
        "Ulimits" => new JsonArray(
            new JsonObject { ["Name"] = Of(["nofile", "core", "nope", ""]), ["Soft"] = Of([10, -1, 5]), ["Hard"] = Of([100, -1, 4]) }),
        "Subnet" => Of(["10.99.0.0/24", "10.99.0.1/24", "10.98.0.0/16", "fd00::/64", "1.2.3.4", "0.0.0.0/0", "10.0.0.0/33"]),
        "Gateway" or "IPv4Address" or "IPAddress" => Of(["10.99.0.1", "10.99.0.77", "1.2.3", "", "::1"]),
        "Driver" => Of(["bridge", "local", "", "nope", "default"]),
        "MacAddress" => Of(["02:42:ac:11:00:02", "x", "ff:ff:ff:ff:ff:ff", ""]),
        _ => null,
    };

    private JsonNode? Typed(string type) => type switch
    {
        "integer" or "number" => JsonValue.Create(Of(Numbers)),
        "boolean" => JsonValue.Create(Chance(0.5)),
        "object" or "{}" => new JsonObject(),
        _ => Leaf(type),
    };

    private string Leaf(string type) => type switch
    {
        "integer" or "number" => $"{Of(Numbers)}",
        "boolean" => Of(["1", "0", "true", "false", "True", "", "maybe"]),
        _ when type.Contains('|') && Chance(0.8) => Of(type.Split('|')),
        _ => Text(),
    };

    private JsonNode? Anything(int depth) => random.Next(depth > 4 ? 5 : 7) switch
    {
        0 => null,
        1 => JsonValue.Create(Of(Numbers)),
        2 => JsonValue.Create(random.NextDouble() * 1e300),
        3 => JsonValue.Create(Chance(0.5)),
        4 => JsonValue.Create(Text()),
        5 => new JsonArray(Anything(depth + 1)),
        _ => new JsonObject { [Text()] = Anything(depth + 1) },
    };

    private string Filters() => Of<Func<string>>(
    [
        () => "{", () => "[]", () => "{\"label\":[\"a=b\"]}", () => "{\"label\":{\"a\":true}}",
        () => "{\"until\":[\"" + Of(["10m", "x", "-1", "99999999999999999999"]) + "\"]}",
        () => $"{{\"{Of(FilterNames)}\":[{JsonValue.Create(Text()).ToJsonString()}]}}",
        () => "{\"a\":1}", () => "null", () => "{\"name\":[null]}",
    ])();
}
