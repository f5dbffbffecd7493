using System.Net;
using System.Text.Json;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Network.Tests.Endpoints;

public sealed class EndpointTests
{
    /// <summary>It takes each address for text that is there.</summary>
    [Fact]
    public void AnEarlierVersionReadsWhatIsWritten()
    {
        Endpoint endpoint = new() { Id = "e", ContainerId = "c", NetworkId = "n", NetworkName = "none" };
        string json = JsonSerializer.Serialize(endpoint, NetworkJson.Default.Endpoint);
        Assert.All((string[])["Address", "Gateway", "Address6", "Gateway6"], name => Assert.Contains($"\"{name}\": \"\"", json));
        Assert.Equal(json, JsonSerializer.Serialize(JsonSerializer.Deserialize(json, NetworkJson.Default.Endpoint)!,
            NetworkJson.Default.Endpoint));
    }

    /// <summary>Containers that an earlier daemon started run on.</summary>
    [Fact]
    public void WhatEarlierVersionsWroteIsRead()
    {
        Endpoint endpoint = JsonSerializer.Deserialize("""
            {"Id": "e", "ContainerId": "c", "ContainerName": "web", "NetworkId": "n", "NetworkName": "bridge", "Address": "172.17.0.2",
             "PrefixLength": 16, "Gateway": "172.17.0.1", "Address6": "", "PrefixLength6": 0, "Gateway6": "",
             "MacAddress": "02:42:ac:11:00:02", "Aliases": [], "HostInterface": "vethe", "Interface": "eth0",
             "Ports": [{"ContainerPort": 80, "Protocol": "tcp", "HostAddress": "0.0.0.0", "HostPort": 8080}]}
            """, NetworkJson.Default.Endpoint)!;
        Assert.Equal((IPAddress.Parse("172.17.0.2"), IPAddress.Parse("172.17.0.1")), (endpoint.Address, endpoint.Gateway));
        Assert.Null(endpoint.Address6);
        Assert.Null(endpoint.Gateway6);
        Assert.Equal(IPAddress.Any, Assert.Single(endpoint.Ports).HostAddress);
    }
}
