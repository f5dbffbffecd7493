using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Containers;
using Gantry.Api.Events;
using Gantry.Api.Execs;
using Gantry.Api.Host;
using Gantry.Api.Images;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;
using Gantry.Api.Wire;
using Xunit;

namespace Gantry.Api.Tests;

/// <summary>Answers of a real dockerd (20.10) survive reading and writing: same names, same values, same nulls.</summary>
public sealed class WireTypesTests
{
    /// <summary>What that dockerd answers and API 1.51 has no more.</summary>
    private static readonly string[] Gone =
    [
        "KernelMemory", "KernelMemoryTCP", "BridgeNfIptables", "BridgeNfIp6tables", "ClusterStore", "ClusterAdvertise",
        "AllowNondistributableArtifactsCIDRs", "AllowNondistributableArtifactsHostnames",
        "Container", "ContainerConfig", "Cluster", "shim",
    ];

    public static readonly TheoryData<string> Files =
    [
        "container-inspect", "container-list", "image-inspect", "image-list", "image-history", "info", "version", "network-list",
        "network-inspect",
        "volume-list", "volume-inspect", "exec-inspect", "top", "event",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void KeepsWhatDockerdSays(string file)
    {
        string json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "testfiles", $"{file}.json"));
        JsonNode written = JsonNode.Parse(RoundTrip(file, json))!;
        List<string> lost = [];
        Compare(JsonNode.Parse(json), written, file, lost);
        Assert.Empty(lost);
    }

    private static string RoundTrip(string file, string json) => file switch
    {
        "container-inspect" => RoundTrip(json, ApiJson.Wire.ContainerInspectResponse),
        "container-list" => RoundTrip(json, ApiJson.Wire.ListContainerSummary),
        "image-inspect" => RoundTrip(json, ApiJson.Wire.ImageInspect),
        "image-list" => RoundTrip(json, ApiJson.Wire.ListImageSummary),
        "image-history" => RoundTrip(json, ApiJson.Wire.ListImageHistory),
        "info" => RoundTrip(json, ApiJson.Wire.SystemInfo),
        "version" => RoundTrip(json, ApiJson.Wire.SystemVersion),
        "network-list" => RoundTrip(json, ApiJson.Wire.ListNetworkInspect),
        "network-inspect" => RoundTrip(json, ApiJson.Wire.NetworkInspect),
        "volume-list" => RoundTrip(json, ApiJson.Wire.VolumeListResponse),
        "volume-inspect" => RoundTrip(json, ApiJson.Wire.Volume),
        "exec-inspect" => RoundTrip(json, ApiJson.Wire.ExecInspect),
        "top" => RoundTrip(json, ApiJson.Wire.ContainerTopResponse),
        "event" => RoundTrip(json, ApiJson.Wire.EventMessage),
        _ => throw new ArgumentException(file),
    };

    private static string RoundTrip<T>(string json, JsonTypeInfo<T> type) =>
        JsonSerializer.Serialize(JsonSerializer.Deserialize(json, type)!, type);

    private static void Compare(JsonNode? expected, JsonNode? actual, string path, List<string> lost)
    {
        switch (expected)
        {
            case JsonObject members:
                foreach ((string name, JsonNode? value) in members)
                {
                    if (Gone.Contains(name) || (path == "image-inspect.Config" && IsEmpty(value))) continue;
                    if (actual is JsonObject other && other.ContainsKey(name)) Compare(value, other[name], $"{path}.{name}", lost);
                    else lost.Add($"{path}.{name} is missing");
                }
                break;
            case JsonArray items:
                if (actual is not JsonArray array || array.Count != items.Count) lost.Add($"{path} has {actual?.ToJsonString()}");
                else for (int i = 0; i < items.Count; i++) Compare(items[i], array[i], $"{path}[{i}]", lost);
                break;
            case null when actual is JsonArray { Count: 0 }:
                // Later versions answer an empty list in these places.
                break;
            default:
                if (expected?.ToJsonString() != actual?.ToJsonString())
                    lost.Add($"{path}: {expected?.ToJsonString() ?? "null"} became {actual?.ToJsonString() ?? "null"}");
                break;
        }
    }

    /// <summary>Since API 1.50 an image's configuration leaves out what it does not set.</summary>
    private static bool IsEmpty(JsonNode? value) => value is null || value.ToJsonString() is "\"\"" or "false";

    [Fact]
    public void ReadsWhatLenientClientsSend()
    {
        const string Json = """
            {"image":"busybox","CMD":"date","Entrypoint":["sh","-c"],"Hostname":null,"Tty":null,"Labels":null,"Env":null,
              "ExposedPorts":{"80/tcp":{},"81/tcp":null},
             "HostConfig":{"Memory":null,"PortBindings":{"80/tcp":null},"RestartPolicy":null,"CapAdd":"NET_ADMIN","ConsoleSize":null,
               "Unknown":{"a":[1]}},
             "NetworkingConfig":{"EndpointsConfig":{"net":null}}}
            """;
        ContainerCreateRequest request = JsonSerializer.Deserialize(Json, ApiJson.Wire.ContainerCreateRequest)!;
        Assert.Equal("busybox", request.Image);
        Assert.Equal(["date"], request.Cmd);
        Assert.Equal(["sh", "-c"], request.Entrypoint);
        Assert.Equal("", request.Hostname);
        Assert.False(request.Tty);
        Assert.Empty(request.Labels);
        Assert.Equal(["80/tcp", "81/tcp"], request.ExposedPorts!.Keys);
        Assert.Equal(0, request.HostConfig!.Memory);
        Assert.Null(request.HostConfig.PortBindings["80/tcp"]);
        Assert.Equal("", request.HostConfig.RestartPolicy.Name);
        Assert.Equal(["NET_ADMIN"], request.HostConfig.CapAdd);
        Assert.Equal([0, 0], request.HostConfig.ConsoleSize);
        Assert.True(request.NetworkingConfig!.EndpointsConfig!.ContainsKey("net"));
    }

    [Theory]
    [InlineData("""{"Cmd":5}""")]
    [InlineData("""{"Cmd":[5]}""")]
    [InlineData("""{"Env":"A=1"}""")]
    [InlineData("""{"Tty":"yes"}""")]
    [InlineData("""{"HostConfig":{"Memory":"100m"}}""")]
    [InlineData("""{"HostConfig":{"Memory":1.5}}""")]
    [InlineData("""{"HostConfig":{"Memory":1e30}}""")]
    [InlineData("""{"HostConfig":[]}""")]
    [InlineData("""{"Labels":{"a":1}}""")]
    [InlineData("""[]""")]
    [InlineData("""{"Image":""")]
    public void RefusesWrongTypes(string json) =>
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json, ApiJson.Wire.ContainerCreateRequest));

    [Fact]
    public void WritesNullsAndEmptiesAsDockerdDoes()
    {
        JsonNode json = JsonNode.Parse(JsonSerializer.Serialize(new ContainerInspectResponse(), ApiJson.Wire.ContainerInspectResponse))!;
        Assert.Equal("[]", json["Mounts"]!.ToJsonString());
        Assert.True(json["Config"]!.AsObject().ContainsKey("Entrypoint"));
        Assert.Null(json["Config"]!["Entrypoint"]);
        Assert.Equal("{}", json["Config"]!["Labels"]!.ToJsonString());
        Assert.False(json["Config"]!.AsObject().ContainsKey("StopSignal"));
        Assert.False(json["State"]!.AsObject().ContainsKey("Health"));
        Assert.Equal("0001-01-01T00:00:00Z", (string?)json["State"]!["StartedAt"]);
    }

    [Fact]
    public void LeavesTextReadable() =>
        Assert.Contains("a & b + 'ü' <x>",
            JsonSerializer.Serialize(new ErrorResponse { Message = "a & b + 'ü' <x>" }, ApiJson.Wire.ErrorResponse),
            StringComparison.Ordinal);
}
