using Gantry.Api.Json;
using Gantry.Api.Networks;
using Gantry.Cli.Options;
using Xunit;

namespace Gantry.Cli.Tests.Options;

public sealed class PortSpecTests
{
    [Theory]
    [InlineData("80", "80/tcp=:")]
    [InlineData("8080:80", "80/tcp=:8080")]
    [InlineData("0:80", "80/tcp=:0")]
    [InlineData("8080:80/udp", "80/udp=:8080")]
    [InlineData("8080:80/UDP", "80/udp=:8080")]
    [InlineData("127.0.0.1:8080:80", "80/tcp=127.0.0.1:8080")]
    [InlineData("127.0.0.1::80", "80/tcp=127.0.0.1:")]
    [InlineData("[::1]:8080:80", "80/tcp=::1:8080")]
    [InlineData("::1:8080:80", "80/tcp=::1:8080")]
    [InlineData("8080-8081:80-81", "80/tcp=:8080 81/tcp=:8081")]
    [InlineData("80-81", "80/tcp=: 81/tcp=:")]
    [InlineData("8080-8090:80", "80/tcp=:8080-8090")]
    [InlineData("published=8080,target=80,protocol=udp", "80/udp=:8080")]
    [InlineData("target=80", "80/tcp=:")]
    public void Publishes(string spec, string expected)
    {
        Dictionary<string, EmptyObject?> exposed = [];
        Dictionary<string, List<PortBinding>?> bindings = [];
        PortSpec.AddPublished(spec, exposed, bindings);
        Assert.Equal(expected,
            string.Join(' ',
                bindings.SelectMany(entry => entry.Value!.Select(binding => $"{entry.Key}={binding.HostIp}:{binding.HostPort}"))));
        Assert.Equal(bindings.Keys, exposed.Keys);
    }

    [Fact]
    public void OnePortMayBePublishedTwice()
    {
        Dictionary<string, List<PortBinding>?> bindings = [];
        PortSpec.AddPublished("1:80", [], bindings);
        PortSpec.AddPublished("2:80", [], bindings);
        Assert.Equal(["1", "2"], bindings["80/tcp"]!.Select(binding => binding.HostPort));
    }

    [Theory]
    [InlineData("", "no port specified: <empty>")]
    [InlineData("8080:", "no port specified: 8080:<empty>")]
    [InlineData("a", "invalid containerPort: a")]
    [InlineData("99999", "invalid containerPort: 99999")]
    [InlineData("0", "invalid containerPort: 0")]
    [InlineData("-1", "invalid containerPort: -1")]
    [InlineData("x:80", "invalid hostPort: x")]
    [InlineData("80:80/foo", "invalid proto: foo")]
    [InlineData("1.2.3:80:80", "invalid IP address: 1.2.3")]
    [InlineData("1.2.3.4.5:80:80", "invalid IP address: 1.2.3.4.5")]
    [InlineData("80-82:90-91", "invalid ranges specified for container and host Ports: 90-91 and 80-82")]
    [InlineData("published=80", "missing mandatory field \"target\"")]
    [InlineData("target=80,foo=1", "invalid field key foo")]
    public void Refuses(string spec, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => PortSpec.AddPublished(spec, [], [])).Message);

    [Fact]
    public void ExposesRanges()
    {
        Dictionary<string, EmptyObject?> exposed = [];
        PortSpec.AddExposed("80-82/udp", exposed);
        Assert.Equal(["80/udp", "81/udp", "82/udp"], exposed.Keys);
        Assert.Throws<FormatException>(() => PortSpec.AddExposed("80:80", exposed));
        Assert.Throws<FormatException>(() => PortSpec.AddExposed("82-80", exposed));
    }
}
