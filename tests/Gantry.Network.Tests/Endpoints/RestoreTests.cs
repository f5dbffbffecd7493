using System.Text.Json;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Endpoints;

public sealed class RestoreTests
{
    [Fact]
    public void RunningContainersStayConnectedOverARestartOfTheDaemon() => Machine.Run(machine =>
    {
        NetworkController before = machine.Start();
        Sandbox one = machine.Sandbox(), outside = machine.Outside();
        one.ServeTcp("one", 80);
        Endpoint endpoint = before.Connect(one, "one", "bridge", Wiring.Port(80, 8080));
        Endpoint orphan = before.Connect(machine.Sandbox(), "two", "bridge", Wiring.Port(80, 8081));
        string id = before.Find("bridge").Id;
        machine.Shell("nft add rule inet gantry user ip saddr 10.99.0.77 drop");
        // As after kill -9: no release, only the sockets are closed by the kernel.
        before.DisposeAsync().AsTask().GetAwaiter().GetResult();
        string json = JsonSerializer.Serialize(endpoint, NetworkJson.Default.Endpoint);

        NetworkController after = machine.Start(null, JsonSerializer.Deserialize(json, NetworkJson.Default.Endpoint)!);
        Assert.DoesNotContain(after.Warnings, warning => !warning.Contains("ip_forward"));
        Assert.Equal(id, after.Find("bridge").Id);
        Assert.Equal("one saw 10.99.0.2", outside.Tcp("10.99.0.1", 8080));
        Assert.Contains("10.99.0.77", machine.Shell("nft list chain inet gantry user"));
        string rules = machine.Shell("nft list table inet gantry");
        Assert.DoesNotContain("8081", rules);
        Assert.DoesNotContain(orphan.HostInterface!, machine.Shell("ip -o link"));
        Assert.Contains(endpoint.HostInterface!, machine.Shell("ip -o link"));
        GantryException error =
            Assert.Throws<GantryException>(() => after.Connect(machine.Sandbox(), "three", "bridge", Wiring.Port(80, 8080)));
        Assert.Contains("port is already allocated", error.Message);
        Assert.Equal("172.17.0.4", $"{after.Connect(machine.Sandbox(), "four").Address}");
    });

    [Theory]
    [InlineData("never made", "true")]
    [InlineData("not a port of the bridge yet", "ip link set {0} nomaster")]
    [InlineData("deleted by somebody", "ip link del {0}")]
    [InlineData("whole", "true")]
    public void AnInterfaceThatAKilledDaemonHadBegunIsAsRecordedAfterItsNextStart(string state, string left) => Machine.Run(machine =>
    {
        NetworkController before = machine.Start();
        Sandbox one = machine.Sandbox();
        Endpoint endpoint = state == "never made"
            ? before.Allocate("one".PadRight(64, '0'), before.Find("bridge"), new EndpointRequest { ContainerName = "one" })
            : before.Connect(one, "one");
        machine.Shell(string.Format(System.Globalization.CultureInfo.InvariantCulture, left, endpoint.HostInterface));
        before.DisposeAsync().AsTask().GetAwaiter().GetResult();

        NetworkController after = machine.Start(null, endpoint);
        Assert.Equal(state != "whole", after.RepairAsync(endpoint, one.Pid, gateway: true).GetAwaiter().GetResult());
        Assert.False(after.RepairAsync(endpoint, one.Pid, gateway: true).GetAwaiter().GetResult());
        Assert.Contains($"{endpoint.Address}/16", one.Shell("ip -4 addr show eth0 up"));
        Assert.Contains("default via 172.17.0.1", one.Shell("ip route"));
        one.Shell("busybox ping -c 1 -W 60 172.17.0.1");
        Assert.Equal("0", one.Shell("cat /proc/sys/net/ipv6/conf/default/disable_ipv6").Trim());
    });

    [Fact]
    public void BridgesOfOursWithoutANetworkGoAndOthersStay() => Machine.Run(machine =>
    {
        NetworkController before = machine.Start();
        NetworkRecord blue = before.CreateAsync(new NetworkRequest { Name = "blue" }, CancellationToken.None).GetAwaiter().GetResult();
        machine.Shell("ip link add br-0123456789ab type bridge && ip link add theirs type bridge && ip link set theirs alias "
            + "'gantry_other blue'");
        before.DisposeAsync().AsTask().GetAwaiter().GetResult();
        File.Delete(Path.Combine(machine.Options.Directory, $"{blue.Id}.json"));
        File.WriteAllText(Path.Combine(machine.Options.Directory, $"{blue.Id}.json.7.tmp"), "{");
        machine.Start();
        string links = machine.Shell("ip -br link");
        Assert.DoesNotContain(blue.Bridge!, links);
        Assert.Contains("br-0123456789ab", links);
        Assert.Contains("theirs", links);
        Assert.DoesNotContain(Directory.GetFiles(machine.Options.Directory), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    });

    [Fact]
    public void TheBridgeOfADamagedNetworkStaysWithTheContainersInIt() => Machine.Run(machine =>
    {
        NetworkController before = machine.Start();
        NetworkRecord blue = before.CreateAsync(new NetworkRequest { Name = "blue" }, CancellationToken.None).GetAwaiter().GetResult();
        Endpoint endpoint = before.Connect(machine.Sandbox(), "one", "blue");
        before.DisposeAsync().AsTask().GetAwaiter().GetResult();
        File.WriteAllText(Path.Combine(machine.Options.Directory, $"{blue.Id}.json"), "{");
        machine.Start(null, endpoint);
        Assert.Contains(endpoint.HostInterface!, machine.Shell($"ip -br link show master {blue.Bridge}"));
    });

    [Fact]
    public void ABridgeWithAnotherAddressIsBroughtInOrder() => Machine.Run(machine =>
    {
        machine.Start().DisposeAsync().AsTask().GetAwaiter().GetResult();
        machine.Shell("ip addr add 10.1.2.3/24 dev gantry0 && ip addr del 172.17.0.1/16 dev gantry0 && ip link set gantry0 down");
        machine.Start();
        string addresses = machine.Shell("ip -4 -o addr show dev gantry0 up");
        Assert.Contains("172.17.0.1/16", addresses);
        Assert.DoesNotContain("10.1.2.3", addresses);
    });

    [Fact]
    public void ABridgeMadeByTheAdministratorIsTakenOver() => Machine.Run(machine =>
    {
        machine.Shell("ip link add gantry0 type bridge && ip addr add 10.1.2.1/24 dev gantry0");
        NetworkController controller = machine.Start();
        Assert.Equal("10.1.2.0/24", $"{controller.Find("bridge").Pools[0].Subnet}");
        Assert.Equal("10.1.2.2", $"{controller.Connect(machine.Sandbox(), "c").Address}");
    });

    [Fact]
    public void TheFirstPoolThatTheHostDoesNotUseIsTaken() => Machine.Run(machine =>
    {
        machine.Shell("ip link add docker0 type bridge && ip addr add 172.17.0.1/16 dev docker0 && ip link add x type bridge && ip addr "
            + "add 172.18.5.1/24 dev x && ip link set docker0 up && ip link set x up");
        Assert.Equal("172.19.0.0/16", $"{machine.Start().Find("bridge").Pools[0].Subnet}");
    });

    [Fact]
    public void ATableOfAnotherShapeIsReplacedAndThatIsSaid() => Machine.Run(machine =>
    {
        machine.Shell("nft add table inet gantry && nft add map inet gantry any4 '{ type inet_service : ipv4_addr; }' && nft add element "
            + "inet gantry any4 '{ 80 : 1.2.3.4 }'");
        NetworkController controller = machine.Start();
        Assert.Contains(controller.Warnings, warning => warning.Contains("made anew"));
        controller.Connect(machine.Sandbox(), "c", "bridge", Wiring.Port(80, 8080));
    });

    [Fact]
    public void AForeignTableThatDropsForwardedPacketsIsReportedAndKept() => Machine.Run(machine =>
    {
        machine.Shell("nft add table ip filter && nft add chain ip filter FORWARD '{ type filter hook forward priority 0; policy drop; }'");
        string before = machine.Shell("nft list table ip filter");
        NetworkController controller = machine.Start();
        Assert.Contains(controller.Warnings, warning => warning.StartsWith("nftables chain ip filter FORWARD drops forwarded packets"));
        Assert.Equal(before, machine.Shell("nft list table ip filter"));
    });

    [Fact]
    public void SoAreTheOldIptables() => Machine.Run(machine =>
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/iptables-legacy"), "needs iptables-legacy");
        machine.Shell("iptables-legacy -P FORWARD ACCEPT && iptables-legacy -A FORWARD -s 10.1.1.1 -j ACCEPT");
        NetworkController controller = machine.Start();
        Assert.DoesNotContain(controller.Warnings, warning => warning.StartsWith("iptables chain FORWARD"));
        machine.Shell("iptables-legacy -P FORWARD DROP");
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Contains(machine.Start().Warnings, warning => warning.StartsWith("iptables chain FORWARD drops forwarded packets"));
    });
}
