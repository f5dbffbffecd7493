using Gantry.Api.Client;
using Xunit;

namespace Gantry.Api.Tests.Client;

public sealed class DaemonAddressTests
{
    [Theory]
    [InlineData("unix:///run/x.sock", "/run/x.sock", "unix:///run/x.sock")]
    [InlineData("/run/x.sock", "/run/x.sock", "unix:///run/x.sock")]
    [InlineData("unix://", "/run/gantry.sock", "unix:///run/gantry.sock")]
    [InlineData("tcp://10.0.0.1:2375", null, "tcp://10.0.0.1:2375")]
    [InlineData("10.0.0.1:2375", null, "tcp://10.0.0.1:2375")]
    [InlineData("tcp://host", null, "tcp://host:2375")]
    [InlineData("tcp://:4243/", null, "tcp://127.0.0.1:4243")]
    [InlineData("tcp://[::1]:99", null, "tcp://[::1]:99")]
    [InlineData("tcp://[::1]", null, "tcp://[::1]:2375")]
    public void Reads(string text, string? path, string shown)
    {
        DaemonAddress address = DaemonAddress.Parse(text);
        Assert.Equal(path, address.SocketPath);
        Assert.Equal(shown, address.Text);
    }

    [Theory]
    [InlineData("fd://")]
    [InlineData("ssh://host")]
    [InlineData("tcp://host:0")]
    [InlineData("tcp://host:70000")]
    [InlineData("tcp://host:x")]
    public void Refuses(string text) => Assert.Throws<FormatException>(() => DaemonAddress.Parse(text));
}
