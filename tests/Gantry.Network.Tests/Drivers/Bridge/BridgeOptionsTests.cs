using Gantry.Network.Drivers.Bridge;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers.Bridge;

public sealed class BridgeOptionsTests
{
    /// <summary>The words are Docker's; but 10 and 70000 are taken there.</summary>
    [Theory]
    [InlineData(NetworkKeys.Mtu, "abc",
        "failed to parse com.docker.network.driver.mtu value: abc (strconv.Atoi: parsing \"abc\": invalid syntax)")]
    [InlineData(NetworkKeys.Mtu, "", "failed to parse com.docker.network.driver.mtu value:  (strconv.Atoi: parsing \"\": invalid syntax)")]
    [InlineData(NetworkKeys.Mtu, "-1", "invalid MTU number: -1: 68 to 65535 are possible")]
    [InlineData(NetworkKeys.Mtu, "10", "invalid MTU number: 10: 68 to 65535 are possible")]
    [InlineData(NetworkKeys.Mtu, "67", "invalid MTU number: 67: 68 to 65535 are possible")]
    [InlineData(NetworkKeys.Mtu, "65536", "invalid MTU number: 65536: 68 to 65535 are possible")]
    [InlineData(NetworkKeys.Mtu, "70000", "invalid MTU number: 70000: 68 to 65535 are possible")]
    [InlineData(NetworkKeys.InterContainer, "maybe", "failed to parse com.docker.network.bridge.enable_icc value: maybe "
        + "(strconv.ParseBool: parsing \"maybe\": invalid syntax)")]
    [InlineData(NetworkKeys.InterContainer, "", "failed to parse com.docker.network.bridge.enable_icc value:  "
        + "(strconv.ParseBool: parsing \"\": invalid syntax)")]
    [InlineData(NetworkKeys.Masquerade, "yes", "failed to parse com.docker.network.bridge.enable_ip_masquerade value: yes "
        + "(strconv.ParseBool: parsing \"yes\": invalid syntax)")]
    [InlineData(NetworkKeys.DefaultBridge, "x", "failed to parse com.docker.network.bridge.default_bridge value: x "
        + "(strconv.ParseBool: parsing \"x\": invalid syntax)")]
    [InlineData(NetworkKeys.InhibitIPv4, "x", "failed to parse com.docker.network.bridge.inhibit_ipv4 value: x "
        + "(strconv.ParseBool: parsing \"x\": invalid syntax)")]
    [InlineData(NetworkKeys.EnableIPv6, "x", "failed to parse com.docker.network.enable_ipv6 value: x "
        + "(strconv.ParseBool: parsing \"x\": invalid syntax)")]
    [InlineData(NetworkKeys.BindAddress, "abc", "failed to parse com.docker.network.bridge.host_binding_ipv4 value: abc (nil ip)")]
    [InlineData(NetworkKeys.BindAddress, "", "failed to parse com.docker.network.bridge.host_binding_ipv4 value:  (nil ip)")]
    public void WhatMakesNoSenseIsRefused(string option, string value, string expected)
    {
        GantryException refused = Assert.Throws<GantryException>(() => BridgeOptions.Check(With(option, value)));
        Assert.Equal((ErrorKind.InvalidArgument, expected), (refused.Kind, refused.Message));
    }

    [Theory]
    [InlineData(NetworkKeys.Mtu, "0")]
    [InlineData(NetworkKeys.Mtu, "68")]
    [InlineData(NetworkKeys.Mtu, "65535")]
    [InlineData(NetworkKeys.InterContainer, "T")]
    [InlineData(NetworkKeys.BindAddress, "127.0.0.1")]
    [InlineData("unknown", "")]
    public void WhatMakesSenseIsTaken(string option, string value) => BridgeOptions.Check(With(option, value));

    [Fact]
    public void IPv6NeedsMore() => Assert.Equal("invalid MTU number: 1279: 1280 to 65535 are possible with IPv6",
        Assert.Throws<GantryException>(() => BridgeOptions.Check(With(NetworkKeys.Mtu, "1279") with { EnableIPv6 = true })).Message);

    /// <summary>As an earlier version took them, also of an address that the kernel does not take: the daemon starts, with all other
    /// networks, and the network itself where it can be.</summary>
    [Fact]
    public void RecordsThatWouldBeRefusedTodayAreLoaded() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord Make(string name, string subnet, string option, string value)
        {
            NetworkRecord made = controller.CreateAsync(new NetworkRequest { Name = name, Pools = [Wiring.Pool(subnet)] }, default)
                .GetAwaiter().GetResult();
            return made with { Options = new Dictionary<string, string> { [option] = value } };
        }
        NetworkRecord odd = Make("odd", "10.5.0.0/16", NetworkKeys.Mtu, "abc") with { Options = new Dictionary<string, string>
            { [NetworkKeys.Mtu] = "abc", [NetworkKeys.InterContainer] = "maybe", ["unknown"] = "x" } };
        NetworkRecord none = Make("none at all", "10.6.0.0/16", "unknown", "x") with { Pools = [new AddressPool
            { Subnet = Wiring.Pool("ff00::/64").Subnet!.Value, Gateway = System.Net.IPAddress.Parse("ff00::1") }] };
        Assert.Equal(["unknown"], controller.IdleOptions(odd));
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        NetworkStore store = new(machine.Options.Directory);
        store.Save(odd);
        store.Save(none);

        controller = machine.Start();
        Assert.Equal("abc", controller.Find("odd").Options[NetworkKeys.Mtu]);
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = controller.Connect(sandbox, "one", "odd");
        sandbox.Shell($"busybox ping -c 1 -W 60 {endpoint.Gateway}");
        Assert.Contains(controller.Warnings,
            warning => warning.StartsWith("network none at all cannot be used: ", StringComparison.Ordinal));
        Assert.ThrowsAny<Exception>(() => controller.Connect(machine.Sandbox(), "two", "none at all"));
    });

    [Fact]
    public void WhatRunsInANetworkThatCannotBeBroughtUpGoesOn() => Machine.Run(machine =>
    {
        NetworkController before = machine.Start();
        NetworkRecord made = before.CreateAsync(new NetworkRequest { Name = "later", Pools = [Wiring.Pool("10.7.0.0/16")] }, default)
            .GetAwaiter().GetResult();
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = before.Connect(sandbox, "one", "later");
        before.DisposeAsync().AsTask().GetAwaiter().GetResult();
        // No bridge can have that address.
        new NetworkStore(machine.Options.Directory).Save(made with { EnableIPv6 = true, Pools = [.. made.Pools, new AddressPool
            { Subnet = Wiring.Pool("ff00::/64").Subnet!.Value, Gateway = System.Net.IPAddress.Parse("ff00::1") }] });

        NetworkController after = machine.Start(null, endpoint);
        Assert.Contains(after.Warnings, warning => warning.StartsWith("network later cannot be used: ", StringComparison.Ordinal));
        Assert.False(after.RepairAsync(endpoint, sandbox.Pid, gateway: true).GetAwaiter().GetResult());
        sandbox.Shell($"busybox ping -c 1 -W 60 {endpoint.Gateway}");
    });

    private static NetworkRecord With(string option, string value) => new()
        { Id = "x", Name = "x", Driver = "bridge", Options = new Dictionary<string, string> { [option] = value } };
}
