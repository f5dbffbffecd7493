using Gantry.Linux.Netlink;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Networks;

public sealed class NetworkRegistryTests
{
    /// <summary>Its name is taken, and nobody finds it: else it would be removed while its bridge is being made.</summary>
    [Fact]
    public void WhatIsBeingMadeHasItsNameAndIsNobodys() => Machine.Run(machine =>
    {
        using NetlinkSocket host = NetlinkSocket.Open(NetlinkSocket.Route);
        NetworkRegistry registry = new(machine.Options);
        registry.Load(host, [], []);
        NetworkRequest request = new() { Name = "mine", Pools = [Wiring.Pool("10.7.0.0/24")] };
        ActiveNetwork made = registry.Create(request, host, (record, _) => record);
        Assert.Empty(registry.List());
        Assert.Equal(ErrorKind.NotFound, Refused(() => registry.Find("mine")));
        Assert.Equal(ErrorKind.NotFound, Refused(() => registry.Find(made.Record.Id)));
        Assert.Equal(ErrorKind.NotFound, Refused(() => registry.Find(made.Record.Id[..12])));
        Assert.Equal(ErrorKind.Conflict, Refused(() => registry.Create(request, host, (record, _) => record)));

        made.Open();
        Assert.Same(made, registry.Find("mine"));
        Assert.Equal("mine", Assert.Single(registry.List()).Name);

        made.Close();
        Assert.Equal(ErrorKind.NotFound, Refused(() => made.Close()));
        Assert.Equal(ErrorKind.NotFound, Refused(() => registry.Find("mine")));
    });

    private static ErrorKind Refused(Action action) => Assert.Throws<GantryException>(action).Kind;
}
