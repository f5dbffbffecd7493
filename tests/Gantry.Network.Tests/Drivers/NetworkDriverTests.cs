using Gantry.Linux;
using Gantry.Network.Drivers;
using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers;

/// <summary>What every network driver does, whatever its networks are: the contract of <see cref="INetworkDriver"/>.</summary>
public sealed class NetworkDriverTests
{
    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void CheckAndCompleteChangeNothing(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        string before = one.Host();
        one.Endpoint(network, "c");
        Assert.Equal(ErrorKind.Forbidden, Refusal(() => one.Driver.Check(Clashing(one, network), [network.Record])));
        Assert.Equal(before, one.Host());
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void AnInterfaceIsAsItsEndpointSays(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = one.Endpoint(network, "c");
        if (!one.Driver.Traits.OwnNamespace) return;
        one.Attach(network, endpoint, sandbox);
        Assert.Contains("127.0.0.1", sandbox.Shell("ip -4 addr show lo up"));
        string[] links = sandbox.Shell("ip -o link").Trim().Split('\n');
        Assert.Equal(one.Driver.Traits.Addresses ? 2 : 1, links.Length);
        if (!one.Driver.Traits.Addresses) return;
        string shown = sandbox.Shell($"ip addr show {endpoint.Interface} up");
        Assert.Contains($"{endpoint.Address}/{endpoint.PrefixLength}", shown);
        if (endpoint.MacAddress.Length > 0) Assert.Contains(endpoint.MacAddress, shown);
        if (endpoint.Address6 is { } six) Assert.Contains($"{six}/{endpoint.PrefixLength6}", shown);
        else Assert.DoesNotContain("inet6", shown);
        Assert.Equal(one.Driver.LeadsOut(network.Record), sandbox.Shell("ip route show default").Length > 0);
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void TwoInOneNetworkReachEachOther(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        if (!one.Driver.Traits.Addresses) return;
        Sandbox first = machine.Sandbox(), second = machine.Sandbox();
        one.Attach(network, one.Endpoint(network, "one"), first);
        Endpoint other = one.Endpoint(network, "two");
        one.Attach(network, other, second);
        first.Shell($"busybox ping -c 1 -W 60 {other.Address}");
        if (other.Address6 is { } six) first.Shell($"busybox ping -6 -c 1 -W 60 {six}");
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void DetachLeavesNothingAndASecondOneDoesNothing(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        string before = one.Host();
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = one.Endpoint(network, "c");
        if (one.Driver.Traits.OwnNamespace) one.Attach(network, endpoint, sandbox);
        one.Driver.Rename(endpoint with { ContainerName = "other" });
        one.Driver.Detach(network, endpoint);
        one.Driver.Detach(network, endpoint);
        one.Driver.Rename(endpoint);
        Assert.Equal(before, one.Host());
        if (one.Driver.Traits.OwnNamespace) Assert.Single(sandbox.Shell("ip -o link").Trim().Split('\n'));
        // And the place is free again.
        if (one.Driver.Traits.OwnNamespace) one.Attach(network, endpoint, sandbox);
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void AnAttachThatFailsLeavesNothing(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        if (!one.Driver.Traits.Addresses) return;
        string before = one.Host();
        Sandbox sandbox = machine.Sandbox();
        // Somebody has put an interface of this name there.
        sandbox.Shell("ip link add eth0 type bridge");
        Endpoint endpoint = one.Endpoint(network, "c");
        Assert.Throws<KernelException>(() => one.Attach(network, endpoint, sandbox));
        Assert.Equal(before, one.Host());
        Assert.Contains("eth0", sandbox.Shell("ip -o link show type bridge"));
    });

    [Theory, MemberData(nameof(DriverCase.Creatable), MemberType = typeof(DriverCase))]
    public void RemoveLeavesTheMachineAsItWas(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        one.Start();
        string before = one.Host();
        ActiveNetwork network = one.Create(one.Driver.Check(one.Wanted("blue"), []));
        Assert.NotEqual(before, one.Host());
        one.Driver.Remove(network);
        one.Driver.Remove(network);
        Assert.Equal(before, one.Host());
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void WhatRunsIsTakenOverAndWhatIsNobodysGoes(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        Sandbox sandbox = machine.Sandbox();
        machine.Shell("ip link add theirs type bridge && ip link set theirs alias 'gantry_other blue'");
        Endpoint running = one.Endpoint(network, "c");
        if (one.Driver.Traits.OwnNamespace) one.Attach(network, running, sandbox);
        string before = one.Host(), inside = AddressesAndRoutes(sandbox);
        Endpoint orphan = one.Endpoint(network, "orphan");
        if (one.Driver.Traits.OwnNamespace) one.Attach(network, orphan, machine.Sandbox());
        one.Again(running);
        Assert.Equal(before, one.Host());
        Assert.Equal(inside, AddressesAndRoutes(sandbox));
        Assert.True(one.Driver.IsWhole(network, running));
        one.Driver.Detach(network, running);
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void WhatAKilledDaemonHadBegunIsMadeAnew(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        if (!one.Driver.Traits.Addresses) return;
        Sandbox sandbox = machine.Sandbox();
        Endpoint endpoint = one.Endpoint(network, "c");
        one.Again(endpoint);
        Assert.False(one.Driver.IsWhole(network, endpoint));
        one.Attach(network, endpoint, sandbox);
        Assert.True(one.Driver.IsWhole(network, endpoint));
        sandbox.Shell($"ip link del {endpoint.Interface}");
        Assert.False(one.Driver.IsWhole(network, endpoint));
        one.Attach(network, endpoint, sandbox);
        Assert.Contains($"{endpoint.Address}/", sandbox.Shell("ip -4 addr"));
    });

    [Theory, MemberData(nameof(DriverCase.Creatable), MemberType = typeof(DriverCase))]
    public void ANetworkIsThereAgainAfterTheDaemonAndTheMachine(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        string before = one.Host();
        one.Again();
        Assert.Equal(before, one.Host());
        // As after a boot: nothing is there.
        machine.Shell("for link in $(ip -o link show type bridge | cut -d: -f2); do ip link del $link; done; nft flush ruleset");
        one.Again();
        Sandbox first = machine.Sandbox(), second = machine.Sandbox();
        one.Attach(network, one.Endpoint(network, "one"), first);
        Endpoint other = one.Endpoint(network, "two");
        one.Attach(network, other, second);
        first.Shell($"busybox ping -c 1 -W 60 {other.Address}");
    });

    [Theory, MemberData(nameof(DriverCase.Kinds), MemberType = typeof(DriverCase))]
    public void ManyAtOnce(string kind) => DriverCase.Run(kind, (one, machine) =>
    {
        ActiveNetwork network = one.Network();
        if (!one.Driver.Traits.OwnNamespace) return;
        string before = one.Host();
        Sandbox[] sandboxes = [.. Enumerable.Range(0, 8).Select(_ => machine.Sandbox())];
        Endpoint[] endpoints = [.. sandboxes.Select((_, i) => one.Endpoint(network, $"c{i}"))];
        Parallel.For(0, 8, i => one.Attach(network, endpoints[i], sandboxes[i]));
        Assert.All(endpoints, endpoint => Assert.True(one.Driver.IsWhole(network, endpoint)));
        Parallel.For(0, 8, i => one.Driver.Detach(network, endpoints[i]));
        Assert.Equal(before, one.Host());
    });

    /// <summary>Addresses and routes, without the operational state, which the kernel may still be changing from UNKNOWN to UP.</summary>
    /// <remarks>Without the addresses that the kernel gives by itself, some time after the interface is up.</remarks>
    private static string AddressesAndRoutes(Sandbox sandbox) =>
        sandbox.Shell("ip addr | sed -e 's/ state [A-Z]*//' -e '/inet6 fe80/,+1d'; ip route");

    /// <summary>A network that cannot be beside the other: one of a kind that has but one, or with its place on the host.</summary>
    private static NetworkRecord Clashing(DriverCase one, ActiveNetwork other) => one.Wanted("clash") with
    {
        Options = new Dictionary<string, string> { [NetworkKeys.BridgeName] = other.Record.Bridge ?? "" },
    };

    private static ErrorKind Refusal(Action action) => Assert.Throws<GantryException>(action).Kind;
}
