using Gantry.Api.Containers;
using Gantry.Cli.Options;
using Gantry.Cli.Output;
using Xunit;

namespace Gantry.Cli.Tests.Output;

public sealed class PortListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("80/tcp", "80/tcp")]
    [InlineData("0.0.0.0 8080 80/tcp, :: 8080 80/tcp", "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp")]
    [InlineData("80/tcp, 81/tcp, 443/tcp, 53/udp", "80-81/tcp, 53/udp, 443/tcp")]
    [InlineData("0.0.0.0 81 81/tcp, 0.0.0.0 80 80/tcp, 127.0.0.1 81 81/tcp, 127.0.0.1 82 82/tcp",
        "0.0.0.0:80-81->80-81/tcp, 127.0.0.1:81-82->81-82/tcp")]
    [InlineData("127.0.0.1 8080 80/tcp, 0.0.0.0 53 53/udp, 0.0.0.0 53 53/tcp, 9000/tcp",
        "0.0.0.0:53->53/tcp, 0.0.0.0:53->53/udp, 9000/tcp, 127.0.0.1:8080->80/tcp")]
    [InlineData("0.0.0.0 49154 80/tcp, 0.0.0.0 49155 81/tcp, :: 49154 80/tcp, 22/tcp, 0.0.0.0 90 90/tcp, 0.0.0.0 92 92/tcp",
        "0.0.0.0:90->90/tcp, 22/tcp, 0.0.0.0:92->92/tcp, 0.0.0.0:49154->80/tcp, [::]:49154->80/tcp, 0.0.0.0:49155->81/tcp")]
    public void ShowsPortsAsDockerDoes(string ports, string expected) =>
        Assert.Equal(expected, PortList.Format(ports.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Parse)));

    private static ContainerPort Parse(string text)
    {
        string[] words = text.Split(' ');
        string[] inside = words[^1].Split('/');
        return new ContainerPort
        {
            IP = words.Length == 3 ? words[0] : null,
            PublicPort = words.Length == 3 ? int.Parse(words[1]) : null,
            PrivatePort = int.Parse(inside[0]),
            Type = inside[1],
        };
    }
}
