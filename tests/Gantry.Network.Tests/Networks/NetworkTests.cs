using System.Net;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Networks;

public sealed class NetworkTests
{
    private static NetworkRecord Create(NetworkController controller, NetworkRequest request) =>
        controller.CreateAsync(request, CancellationToken.None).GetAwaiter().GetResult();

    private static void Remove(NetworkController controller, NetworkRecord network) =>
        controller.RemoveAsync(network, CancellationToken.None).GetAwaiter().GetResult();

    [Fact]
    public void NetworksAreKeptApartAndEachHasItsWayOut() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord blue = Create(controller, new NetworkRequest { Name = "blue" });
        Assert.Equal("172.18.0.0/16", $"{blue.Pools[0].Subnet}");
        Sandbox outside = machine.Outside(), one = machine.Sandbox(), two = machine.Sandbox();
        outside.ServeTcp("outside", 99);
        Endpoint first = controller.Connect(one, "one"), second = controller.Connect(two, "two", "blue", Wiring.Port(80, 8080));
        two.ServeTcp("two", 80);
        Assert.Equal("172.18.0.2", $"{second.Address}");
        Assert.Equal("timeout", one.TcpInVain($"{second.Address}", 80));
        Assert.Equal("outside saw 10.99.0.1", two.Tcp("10.99.0.2", 99));
        // By the published port it is reached from everywhere, and sees who called.
        Assert.Equal($"two saw {first.Address}", one.Tcp("172.17.0.1", 8080));
    });

    [Fact]
    public void AnInternalNetworkHasNoWayOutAndNoneIn() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Create(controller, new NetworkRequest { Name = "inner", Internal = true, Pools = [Wiring.Pool("10.7.0.0/24")] });
        Sandbox outside = machine.Outside(), one = machine.Sandbox(), two = machine.Sandbox();
        outside.ServeTcp("outside", 99);
        controller.Connect(one, "one", "inner", Wiring.Port(80, 8080));
        Endpoint second = controller.Connect(two, "two", "inner");
        two.ServeTcp("two", 80);
        Assert.Equal("NetworkUnreachable", one.Tcp("10.99.0.2", 99));
        one.Shell("ip route add default via 10.7.0.1");
        Assert.Equal("timeout", one.TcpInVain("10.99.0.2", 99));
        Assert.Equal("two saw 10.7.0.2", one.Tcp($"{second.Address}", 80));
        Assert.Equal("refused", outside.Tcp("10.99.0.1", 8080));
    });

    [Fact]
    public void CreatedNetworksAreThereAfterARestartAndGoneAfterRemoval() => Machine.Run(machine =>
    {
        string rules, links;
        NetworkController controller = machine.Start();
        rules = machine.Shell("nft list ruleset");
        links = machine.Shell("ip -br link");
        Create(controller,
            new NetworkRequest { Name = "blue", Labels = new Dictionary<string, string> { ["a"] = "b" },
                Pools = [Wiring.Pool("10.5.0.0/16", "10.5.0.9", "10.5.4.0/24")] });
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        controller = machine.Start();
        NetworkRecord blue = controller.Find("blue");
        Assert.Equal(("b", "10.5.0.9"), (blue.Labels["a"], $"{blue.Pools[0].Gateway}"));
        Assert.Equal(blue, controller.Find(blue.Id[..12]));
        Endpoint endpoint = controller.Connect(machine.Sandbox(), "c", "blue");
        Assert.Equal("10.5.4.0", $"{endpoint.Address}");
        Assert.Equal(ErrorKind.Forbidden, Assert.Throws<GantryException>(() => Remove(controller, blue)).Kind);
        controller.Release(endpoint);
        Remove(controller, blue);
        Assert.Throws<GantryException>(() => controller.Find("blue"));
        Assert.Equal(rules, machine.Shell("nft list ruleset"));
        Assert.Equal(links, machine.Shell("ip -br link"));
    });

    [Fact]
    public void WantedAddressesAndMACsAreGiven() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord blue = Create(controller, new NetworkRequest { Name = "blue", Pools = [Wiring.Pool("10.5.0.0/16")] });
        IPAddress wanted = IPAddress.Parse("10.5.7.7");
        Endpoint endpoint = controller.Allocate("c", blue, new EndpointRequest { Address = wanted, MacAddress = "02:00:00:00:00:77" });
        Sandbox sandbox = machine.Sandbox();
        controller.AttachAsync(endpoint, sandbox.Pid, gateway: true, CancellationToken.None).GetAwaiter().GetResult();
        string shown = sandbox.Shell("ip addr show eth0");
        Assert.Contains("10.5.7.7/16", shown);
        Assert.Contains("02:00:00:00:00:77", shown);
        Assert.Equal("Address already in use",
            Assert.Throws<GantryException>(() => controller.Allocate("d", blue, new EndpointRequest { Address = wanted })).Message);
        Assert.Throws<GantryException>(() => controller.Allocate("d", blue, new EndpointRequest { Address = IPAddress.Parse("10.6.0.1") }));
        Assert.Throws<GantryException>(() => controller.Allocate("d", blue, new EndpointRequest { MacAddress = "nonsense" }));
    });

    [Fact]
    public void TwoNetworksInOneContainer() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord blue = Create(controller, new NetworkRequest { Name = "blue" });
        Sandbox sandbox = machine.Sandbox(), peer = machine.Sandbox();
        controller.Connect(sandbox, "c");
        Endpoint second = controller.Allocate("c".PadRight(64, '0'), blue, new EndpointRequest { ContainerName = "c", Index = 1 });
        controller.AttachAsync(second, sandbox.Pid, gateway: false, CancellationToken.None).GetAwaiter().GetResult();
        Endpoint other = controller.Connect(peer, "peer", "blue");
        sandbox.Shell($"busybox ping -c 1 -W 60 {other.Address}");
        Assert.Contains("dev eth0", sandbox.Shell("ip route show default"));
        controller.Detach(second);
        Assert.DoesNotContain("eth1", sandbox.Shell("ip -o link"));
    });

    [Fact]
    public void IPv6AddressesRoutesAndPublishedPorts() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Create(controller, new NetworkRequest { Name = "six", EnableIPv6 = true, Pools = [Wiring.Pool("fd00:6::/64")] });
        Sandbox outside = machine.Outside(), one = machine.Sandbox();
        machine.Shell("ip addr add fd00:99::1/64 dev outer0 nodad");
        outside.Shell("ip addr add fd00:99::2/64 dev eth0 nodad");
        Endpoint endpoint = controller.Connect(one, "one", "six", Wiring.Port(80, 8080));
        one.ServeTcp("one", 80, "::");
        outside.ServeTcp("outside", 99, "::");
        Assert.Equal(["0.0.0.0", "::"], endpoint.Ports.Select(port => $"{port.HostAddress}"));
        Assert.Equal("one saw fd00:99::2", outside.Tcp("fd00:99::1", 8080));
        Assert.Equal("one saw ::ffff:10.99.0.2", outside.Tcp("10.99.0.1", 8080));
        Assert.Equal("outside saw fd00:99::1", one.Tcp("fd00:99::2", 99));
        Assert.Contains("one saw", one.Tcp("fd00:99::1", 8080));
        Assert.Contains("one saw", machine.Here().Tcp("fd00:99::1", 8080));
        Assert.Equal("refused", machine.Here().Tcp("::1", 8080));
    });

    [Theory]
    [InlineData("blue", "10.5.0.0/16", ErrorKind.Conflict)]
    [InlineData("green", "10.4.9.0/24", ErrorKind.Forbidden)]
    [InlineData("green", "10.4", ErrorKind.InvalidArgument)]
    [InlineData(" ", "10.6.0.0/16", ErrorKind.InvalidArgument)]
    [InlineData("host", "10.6.0.0/16", ErrorKind.Forbidden)]
    [InlineData("bridge", "10.6.0.0/16", ErrorKind.Forbidden)]
    [InlineData("default", "10.6.0.0/16", ErrorKind.Forbidden)]
    [InlineData("", "10.6.0.0/16", ErrorKind.InvalidArgument)]
    public void WhatCannotBeCreated(string name, string subnet, ErrorKind expected) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Create(controller, new NetworkRequest { Name = "blue", Pools = [Wiring.Pool("10.4.0.0/16")] });
        int before = controller.List().Count;
        Assert.Equal(expected,
            Assert.Throws<GantryException>(
                () => Create(controller, new NetworkRequest { Name = name, Pools = [Wiring.Pool(subnet)] })).Kind);
        Assert.Equal(before, controller.List().Count);
    });

    [Theory]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("-Netz äöü:1")]
    public void NamesAreAsFreeAsWithDocker(string name) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        name += new string('n', 300);
        NetworkRecord made = Create(controller, new NetworkRequest { Name = name });
        Assert.Equal(made.Id, controller.Find(name).Id);
        Remove(controller, made);
    });

    [Fact]
    public void AnInterfaceOfSomebodyElseIsNeverDeleted() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        machine.Shell("ip link add wan0 type veth peer name wan1 && ip link add theirs type bridge && ip link add veth7f3c type veth peer "
            + "name inner && ip link set veth7f3c master theirs && ip addr add 10.9.8.7/24 dev theirs");
        static NetworkRequest On(string name, string bridge) =>
            new() { Name = name, Options = new Dictionary<string, string> { [NetworkKeys.BridgeName] = bridge } };
        Assert.Equal(ErrorKind.Conflict, Assert.Throws<GantryException>(() => Create(controller, On("a", "wan0"))).Kind);
        Create(controller, On("b", "theirs"));
        Create(controller, On("c", "ours"));
        Assert.Equal(ErrorKind.Forbidden, Assert.Throws<GantryException>(() => Create(controller, On("d", "ours"))).Kind);
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => Create(controller, On("e", "longer-than-fits"))).Kind);
        Endpoint left = controller.Connect(machine.Sandbox(), "left", "b");
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        controller = machine.Start();
        string ports = machine.Shell("ip -br link show master theirs");
        Assert.Contains("veth7f3c", ports);
        Assert.DoesNotContain(left.HostInterface!, ports);
        Remove(controller, controller.Find("b"));
        Remove(controller, controller.Find("c"));
        string links = machine.Shell("ip -br link");
        Assert.Contains("wan0", links);
        Assert.Contains("theirs", links);
        Assert.Contains("10.9.8.7/24", machine.Shell("ip -4 addr show dev theirs"));
        Assert.DoesNotContain("ours", links);
    });

    /// <summary>As dockerd 20.10 answers; the second was taken and never used.</summary>
    [Theory]
    [InlineData("10.31.0.0/24", "10.32.0.0/24", false)]
    [InlineData("fd00:31::/64", "fd00:32::/64", true)]
    public void OneSubnetOfAFamilyIsAllThatABridgeHas(string one, string other, bool six) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRequest request = new() { Name = "two", EnableIPv6 = six, Pools = [Wiring.Pool(one), Wiring.Pool(other)] };
        GantryException refused = Assert.Throws<GantryException>(() => Create(controller, request));
        Assert.Equal((ErrorKind.Forbidden, "bridge driver doesn't support multiple subnets"), (refused.Kind, refused.Message));
        Assert.Throws<GantryException>(() => controller.Find("two"));
        Create(controller, request with { Pools = [Wiring.Pool("10.31.0.0/24"), Wiring.Pool("fd00:31::/64")] });
    });

    [Theory]
    [InlineData("br%d")]
    [InlineData("br\"0")]
    [InlineData("br*")]
    [InlineData("br/0")]
    [InlineData("br:0")]
    [InlineData("br 0")]
    public void ABridgeHasANameThatKernelAndRulesTakeAsItIs(string name) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRequest request = new() { Name = "one", Options = new Dictionary<string, string> { [NetworkKeys.BridgeName] = name } };
        Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => Create(controller, request)).Kind);
        Assert.Throws<GantryException>(() => controller.Find("one"));
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Equal(ErrorKind.InvalidArgument,
            Assert.Throws<GantryException>(() => machine.Start(machine.Options with { Bridge = name })).Kind);
    });

    [Fact]
    public void ANetworkWhoseRulesAreGoneCanBeRemoved() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord one = Create(controller, new NetworkRequest { Name = "one" }),
            two = Create(controller, new NetworkRequest { Name = "two" });
        machine.Shell("nft flush set inet gantry bridges");
        Remove(controller, one);
        machine.Shell("nft flush ruleset");
        Remove(controller, two);
        Assert.DoesNotContain("br-", machine.Shell("ip -br link"));
    });

    [Fact]
    public void PredefinedNetworksStay() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Assert.Equal(["bridge", "host", "none"], controller.List().Select(network => network.Name).Order());
        Assert.All(controller.List(),
            network => Assert.Equal(ErrorKind.Forbidden, Assert.Throws<GantryException>(() => Remove(controller, network)).Kind));
    });

    [Fact]
    public void OneWhoseRecordWillNotGoStaysWithAllThatItHasOnTheHost() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord blue = Create(controller, new NetworkRequest { Name = "blue" });
        string rules = machine.Shell("nft list ruleset"), record = $"{machine.Options.Directory}/{blue.Id}.json";
        machine.Shell($"mount --bind {record} {record}");
        try
        {
            Assert.ThrowsAny<Exception>(() => Remove(controller, blue));
        }
        finally
        {
            machine.Shell($"umount {record}");
        }
        Assert.Equal(rules, machine.Shell("nft list ruleset"));
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = controller.Connect(sandbox, "one", "blue");
        sandbox.Shell($"busybox ping -c 1 -W 60 {endpoint.Gateway}");
        controller.Detach(endpoint);
        Remove(controller, blue);
        Assert.DoesNotContain("br-", machine.Shell("ip -br link"));
    });
}
