using Gantry.Network.Endpoints;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Drivers.Bridge;

/// <summary>What an administrator has taken away is there again when the next container comes.</summary>
public sealed class RemovedByHandTests
{
    [Theory]
    [InlineData("nft flush ruleset")]
    [InlineData("nft delete table inet gantry")]
    public void TheRules(string command) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Sandbox outside = machine.Outside(), one = machine.Sandbox(), two = machine.Sandbox();
        controller.Connect(one, "one", "bridge", Wiring.Port(80, 8080));
        Endpoint gone = controller.Connect(machine.Sandbox(), "gone", "bridge", Wiring.Port(80, 8081));
        one.ServeTcp("one", 80);
        outside.ServeTcp("outside", 99);
        controller.Release(gone);
        string before = machine.Shell("nft list ruleset");
        machine.Shell(command);
        controller.Connect(two, "two");
        Assert.Equal(Sorted(before), Sorted(machine.Shell("nft list ruleset")));
        Assert.Equal("one saw 10.99.0.2", outside.Tcp("10.99.0.1", 8080));
        Assert.Equal("outside saw 10.99.0.1", two.Tcp("10.99.0.2", 99));
        Assert.Contains(controller.Warnings, warning => warning.Contains("table inet gantry was gone", StringComparison.Ordinal));
    });

    /// <summary>Elements have no order.</summary>
    private static IEnumerable<string> Sorted(string rules) => rules.Split('\n').Select(line => line.Trim().TrimEnd(',')).Order();

    [Fact]
    public void TheRulesWhenANetworkIsMade() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        machine.Shell("nft flush ruleset");
        NetworkRecord made = controller.CreateAsync(new NetworkRequest { Name = "blue" }, CancellationToken.None).GetAwaiter().GetResult();
        string rules = machine.Shell("nft list ruleset");
        Assert.Contains(made.Bridge!, rules);
        Assert.Contains("gantry0", rules);
    });

    /// <summary>What an earlier daemon has closed, this one closes again.</summary>
    [Fact]
    public void ThatThisHostIsNoRouter() => Machine.Run(machine =>
    {
        machine.Start().DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Contains("ipv4", machine.Shell("nft list set inet gantry closed"));
        NetworkController controller = machine.Start();
        machine.Shell("nft flush ruleset");
        controller.Connect(machine.Sandbox(), "one");
        Assert.Contains("ipv4", machine.Shell("nft list set inet gantry closed"));
    });

    [Theory]
    [InlineData("bridge")]
    [InlineData("blue")]
    public void TheBridge(string name) => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        controller.CreateAsync(new NetworkRequest { Name = "blue" }, CancellationToken.None).GetAwaiter().GetResult();
        string bridge = controller.Find(name).Bridge!;
        Sandbox one = machine.Sandbox(), two = machine.Sandbox();
        Endpoint first = controller.Connect(one, "one", name);
        one.Shell($"busybox ping -c 1 -W 60 {first.Gateway}");
        machine.Shell($"ip link del {bridge}");
        Endpoint second = controller.Connect(two, "two", name);
        two.Shell($"busybox ping -c 1 -W 60 {second.Gateway}");
        // Who ran before is in it again, and finds the gateway where it was.
        two.Shell($"busybox ping -c 1 -W 60 {first.Address}");
        one.Shell($"busybox ping -c 1 -W 60 {first.Gateway}");
        Assert.Contains(controller.Warnings, warning => warning.StartsWith($"bridge {bridge} ", StringComparison.Ordinal));
        controller.Release(first);
        controller.Release(second);
    });
}
