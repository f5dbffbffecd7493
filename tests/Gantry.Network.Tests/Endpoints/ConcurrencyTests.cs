namespace Gantry.Network.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public void Fifty_containers_at_once_get_fifty_addresses_and_leave_nothing() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        string rules = machine.Shell("nft list ruleset");
        Sandbox[] sandboxes = [.. Enumerable.Range(0, 50).Select(_ => machine.Sandbox())];
        Endpoint[] endpoints = new Endpoint[50];
        Together(50, i => endpoints[i] = controller.Connect(sandboxes[i], $"c{i}", "bridge", Wiring.Port(80, 0)));
        Assert.Distinct(endpoints.Select(endpoint => endpoint.Address));
        Assert.Distinct(endpoints.SelectMany(endpoint => endpoint.Ports).Select(port => port.HostPort));
        Assert.Equal(50, machine.Shell("ip -o link show master gantry0").Trim().Split('\n').Length);
        sandboxes[0].Shell($"busybox ping -c 1 -W 2 {endpoints[49].Address}");
        Together(50, i => controller.Release(endpoints[i]));
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Equal("", machine.Shell("ip -o link show master gantry0"));
        Assert.Equal(rules, machine.Shell("nft list ruleset"));
    });

    /// <summary>On threads that the test's own thread starts: they are in its network namespace, as threads of the pool are not.</summary>
    private static void Together(int count, Action<int> work)
    {
        List<Exception> failures = [];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                work(i);
            }
            catch (Exception e)
            {
                lock (failures) failures.Add(e);
            }
        }))];
        foreach (Thread thread in threads) thread.Start();
        foreach (Thread thread in threads) thread.Join();
        Assert.Empty(failures);
    }
}
