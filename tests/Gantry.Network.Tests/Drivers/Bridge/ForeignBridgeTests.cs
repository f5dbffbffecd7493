using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers.Bridge;

/// <summary>A bridge of an administrator's has after the network what it had before.</summary>
public sealed class ForeignBridgeTests
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
        string settings = machine.Shell(Settings);
        NetworkController controller = machine.Start();
        NetworkRecord made = Make(controller);
        Assert.NotEqual(settings, machine.Shell(Settings));
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
        Assert.Equal(settings, machine.Shell(Settings));
    });

    /// <summary>A daemon that was not there when it happened finds somebody else's bridge in the place of its own.</summary>
    [Fact]
    public void OneThatHasTakenThePlaceOfOursIsLeftAlone() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord made = Make(controller);
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        machine.Shell("ip link delete theirs && ip link add theirs type bridge && ip addr add 10.77.0.1/24 dev theirs && "
            + "ip link set theirs up");
        string before = machine.Shell($"{Settings}; ip -o addr show dev theirs scope global");
        controller = machine.Start();
        Assert.Equal(before, machine.Shell($"{Settings}; ip -o addr show dev theirs scope global"));
        controller.RemoveAsync(controller.Find(made.Id), CancellationToken.None).GetAwaiter().GetResult();
        Assert.Equal(before, machine.Shell($"{Settings}; ip -o addr show dev theirs scope global"));
    });

    private const string Settings =
        "sysctl net.ipv4.conf.theirs.route_localnet net.ipv6.conf.theirs.accept_ra net.ipv6.conf.theirs.accept_dad";

    private static NetworkRecord Make(NetworkController controller) => controller.CreateAsync(new NetworkRequest
    {
        Name = "blue", EnableIPv6 = true, Pools = [Wiring.Pool("10.9.8.0/24"), Wiring.Pool("fd00:98::/64")],
        Options = new Dictionary<string, string> { [NetworkKeys.BridgeName] = "theirs" },
    }, CancellationToken.None).GetAwaiter().GetResult();
}
