using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers.Bridge;

/// <summary>A bridge of an administrator's has after the network what it had before.</summary>
public sealed class LentAddressesTests
{
    [Theory]
    // Its maker's own is the gateway, and stays; one beside it; an address that came later, which the kernel takes along with the first.
    [InlineData("ip addr add 10.9.8.1/24 dev theirs", "true")]
    [InlineData("ip addr add 10.9.8.7/24 dev theirs", "true")]
    [InlineData("true", "ip addr add 10.9.8.9/24 dev theirs && ip addr add 10.5.0.1/16 dev theirs")]
    [InlineData("true", "true")]
    public void TheAddressesThatWeAddedGoWithTheNetwork(string before, string meanwhile) => Machine.Run(machine =>
    {
        machine.Shell($"sysctl -qw net.ipv4.conf.all.promote_secondaries=0; ip link add theirs type bridge && {before}");
        NetworkController controller = machine.Start();
        NetworkRecord made = controller.CreateAsync(new NetworkRequest
        {
            Name = "blue", EnableIPv6 = true, Pools = [Wiring.Pool("10.9.8.0/24"), Wiring.Pool("fd00:98::/64")],
            Options = new Dictionary<string, string> { [NetworkKeys.BridgeName] = "theirs" },
        }, CancellationToken.None).GetAwaiter().GetResult();
        Assert.Contains("10.9.8.1/24", machine.Shell("ip addr show dev theirs"));
        Assert.Contains("fd00:98::1/64", machine.Shell("ip addr show dev theirs"));
        machine.Shell(meanwhile);
        // Whoever added them may have been an earlier daemon.
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        controller = machine.Start();
        controller.RemoveAsync(controller.Find(made.Id), CancellationToken.None).GetAwaiter().GetResult();
        IEnumerable<string> expected = $"{before}\n{meanwhile}".Split(' ').Where(word => word.Contains('/')).Order();
        Assert.Equal(expected, machine.Shell("ip -o addr show dev theirs scope global | awk '{print $4}'")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    });
}
