using Gantry.Runtime.Init;

namespace Gantry.Runtime.Tests.Init;

public sealed class SysctlTests
{
    [Theory]
    [InlineData("net.ipv4.ip_forward", "net/ipv4/ip_forward")]
    [InlineData("net/ipv4/conf/eth0.1/forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    [InlineData("net.ipv4.conf.eth0/1.forwarding", "net/ipv4/conf/eth0.1/forwarding")]
    public void EitherSeparatorIsRead(string name, string path) => Assert.Equal(path, Sysctl.Path(name));

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("kernel/../../x")]
    [InlineData("/kernel")]
    [InlineData("")]
    public void NothingOutsideIsNamed(string name) => Assert.Throws<GantryException>(() => Sysctl.Path(name));
}
