using System.Net;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Engine.Containers;
using Gantry.Network.Ports;
using Xunit;

namespace Gantry.Engine.Tests.Containers;

public sealed class PortListTests
{
    private static List<PortRequest> Parse(string key, params PortBinding[] bindings) =>
        PortList.Parse(new ContainerConfig(), new HostConfig { PortBindings = { [key] = [.. bindings] } });

    [Fact]
    public void APortARangeAndNone()
    {
        Assert.Equal(new PortRequest { ContainerPort = 80, HostPort = 8080 },
            Parse("80/tcp", new PortBinding { HostPort = "8080" }).Single());
        Assert.Equal(new PortRequest { ContainerPort = 53, Protocol = "udp", HostAddress = IPAddress.Loopback, HostPort = 5000,
            HostPortEnd = 5010 }, Parse("53/udp", new PortBinding { HostIp = "127.0.0.1", HostPort = "5000-5010" }).Single());
        Assert.Equal(0, Parse("80").Single().HostPort);
    }

    [Fact]
    public void PublishAllTakesWhatIsExposedAndNotYetPublished()
    {
        ContainerConfig config = new() { ExposedPorts = new() { ["80/tcp"] = null, ["81/tcp"] = null } };
        HostConfig host = new() { PublishAllPorts = true, PortBindings = { ["80/tcp"] = [new PortBinding { HostPort = "8080" }] } };
        Assert.Equal([(80, 8080), (81, 0)], PortList.Parse(config, host).Select(port => ((int)port.ContainerPort, (int)port.HostPort)));
    }

    [Theory]
    [InlineData("0/tcp", "1")]
    [InlineData("70000/tcp", "1")]
    [InlineData("80/icmp", "1")]
    [InlineData("80/tcp", "x")]
    [InlineData("80/tcp", "20-10")]
    [InlineData("80/tcp", "99999")]
    public void Refused(string key, string hostPort) =>
        Assert.Equal(ErrorKind.InvalidArgument,
            Assert.Throws<GantryException>(() => Parse(key, new PortBinding { HostPort = hostPort })).Kind);
}
