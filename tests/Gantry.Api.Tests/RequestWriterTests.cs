using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Api.Containers;
using Gantry.Api.Wire;
using Xunit;

namespace Gantry.Api.Tests;

/// <summary>That the hand-written writers know every field is tested with all others of their kind, in Gantry.Shape.Tests.</summary>
public sealed class RequestWriterTests
{
    [Fact]
    public void APlainRequestIsShort()
    {
        byte[] json =
            ContainerCreateWriter.Write(new ContainerCreateRequest { Image = "busybox", HostConfig = new HostConfig { MaskedPaths = [] } });
        JsonObject written = JsonNode.Parse(json)!.AsObject();
        Assert.Equal(["Image", "HostConfig"], written.Select(field => field.Key));
        Assert.Equal("[]", written["HostConfig"]!["MaskedPaths"]!.ToJsonString());
        ContainerCreateRequest read = JsonSerializer.Deserialize(json, ApiJson.Default.ContainerCreateRequest)!;
        Assert.Equal("", read.Hostname);
        Assert.Empty(read.HostConfig!.PortBindings);
    }
}
