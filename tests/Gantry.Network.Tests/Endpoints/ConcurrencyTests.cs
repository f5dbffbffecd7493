using Gantry.Linux;
using Gantry.Linux.Netlink;
using Gantry.Network.Endpoints;
using Gantry.Network.Ipam;
using Gantry.Network.Networks;
using Gantry.Network.Tests.Machines;

namespace Gantry.Network.Tests.Endpoints;

public sealed class ConcurrencyTests
{
    [Fact]
    public void FiftyContainersAtOnceGetFiftyAddressesAndLeaveNothing() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        string rules = machine.Shell("nft list ruleset");
        Sandbox[] sandboxes = [.. Enumerable.Range(0, 50).Select(_ => machine.Sandbox())];
        Endpoint[] endpoints = new Endpoint[50];
        Together(50, i => endpoints[i] = controller.Connect(sandboxes[i], $"c{i}", "bridge", Wiring.Port(80, 0)));
        Assert.Distinct(endpoints.Select(endpoint => endpoint.Address));
        Assert.Distinct(endpoints.SelectMany(endpoint => endpoint.Ports).Select(port => port.HostPort));
        Assert.Equal(50, machine.Shell("ip -o link show master gantry0").Trim().Split('\n').Length);
        sandboxes[0].Shell($"busybox ping -c 1 -W 60 {endpoints[49].Address}");
        Together(50, i => controller.Release(endpoints[i]));
        controller.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Assert.Equal("", machine.Shell("ip -o link show master gantry0"));
        Assert.Equal(rules, machine.Shell("nft list ruleset"));
    });

    [Fact]
    public void TwoHundredNetworksOfEightCallersAreAllMadeAndOneMoreAfterThem() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        Together(8, caller =>
        {
            for (int i = 0; i < 25; i++) Make(controller, caller * 25 + i);
        });
        Make(controller, 200);
        List<NetworkRecord> made = [.. controller.List().Where(network => !network.Predefined)];
        Assert.Equal(201, made.Count);
        string bridges = machine.Shell("ip -4 -o addr show");
        Assert.All(made, network => Assert.Contains($"{network.Bridge}    inet {network.Pools[0].Gateway}/24", bridges));
        Together(8, caller =>
        {
            foreach (NetworkRecord network in made.Where((_, i) => i % 8 == caller))
                controller.RemoveAsync(network, CancellationToken.None).GetAwaiter().GetResult();
        });
        Assert.DoesNotContain("br-", machine.Shell("ip -br link"));
    });

    /// <summary>One that is being made is nobody's to remove, and one that is being removed is not found a second time.</summary>
    [Fact]
    public void WhoRemovesWhatIsJustBeingMadeFindsItOrDoesNot() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        int living = 3, removed = 0;
        Together(6, caller =>
        {
            if (caller < 3)
            {
                for (int i = 0; i < 40; i++) Try(() => Make(controller, caller), ErrorKind.Conflict);
                Interlocked.Decrement(ref living);
                return;
            }
            while (Volatile.Read(ref living) > 0)
            {
                if (controller.List().FirstOrDefault(network => !network.Predefined) is not { } found) continue;
                if (Try(() => controller.RemoveAsync(found, CancellationToken.None).GetAwaiter().GetResult(), ErrorKind.NotFound))
                    Interlocked.Increment(ref removed);
            }
        });
        Assert.True(removed > 0);
        foreach (NetworkRecord left in controller.List().Where(network => !network.Predefined))
            controller.RemoveAsync(left, CancellationToken.None).GetAwaiter().GetResult();
        Assert.DoesNotContain("br-", machine.Shell("ip -br link"));
    });

    private static bool Try(Action action, ErrorKind allowed)
    {
        try
        {
            action();
            return true;
        }
        catch (GantryException e) when (e.Kind == allowed)
        {
            return false;
        }
    }

    private static void Make(NetworkController controller, int number) =>
        controller.CreateAsync(new NetworkRequest { Name = $"n{number}", Pools = [Wiring.Pool($"10.7.{number}.0/24")] },
            CancellationToken.None).GetAwaiter().GetResult();

    [Fact]
    public void CallersOfOneSocketGetTheirOwnAnswersAndAFailedOneSpoilsNothing() => Machine.Run(machine =>
    {
        using NetlinkSocket socket = NetlinkSocket.Open(NetlinkSocket.Route);
        machine.Shell("for i in 0 1 2 3 4 5 6 7; do ip link add dummy$i type bridge && ip addr add 10.1.$i.1/24 dev dummy$i; done");
        Together(8, caller =>
        {
            for (int i = 0; i < 50; i++)
            {
                Assert.Equal($"dummy{caller}", socket.FindLink($"dummy{caller}")!.Name);
                Assert.Null(socket.FindLink($"none{caller}"));
                Assert.Equal(9, socket.Links().Count);
                Assert.Equal(8, socket.Addresses().Count(address => address.Address.ToString().StartsWith("10.1.")));
                // Two of three requests fail, and all three are answered.
                Assert.Throws<KernelException>(
                    () => socket.Execute(new NetlinkBatch().DeleteLinkNamed("none").DeleteLinkNamed("nor this").SetUp(1)));
            }
        });
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

    /// <remarks>The address is free for a moment between the two: nobody asked for just that one.</remarks>
    [Fact]
    public void AContainerThatStartsAgainTakesAnotherAddressWhereItsOwnIsTakenMeanwhile() => Machine.Run(machine =>
    {
        NetworkController controller = machine.Start();
        NetworkRecord bridge = controller.Find("bridge");
        Together(4, caller =>
        {
            for (int i = 0; i < 2000; i++)
            {
                // Two start again, two are new each time and take the first that is free.
                string name = caller < 2 ? $"{caller}" : $"{caller}{i:x4}";
                controller.Release(controller.Allocate(name.PadRight(64, '0'), bridge, new EndpointRequest { ContainerName = name }));
            }
        });
    });
}
