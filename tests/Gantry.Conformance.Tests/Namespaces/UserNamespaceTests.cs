using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Namespaces;

public sealed class UserNamespaceTests
{
    private const string Shifted = """[{"containerID":0,"hostID":100000,"size":65536}]""";

    private static Bundle Mapped(string runtime, string script, string mapping = Shifted) =>
        new Bundle(runtime, script).Namespace("user").Set("linux.uidMappings", mapping).Set("linux.gidMappings", mapping);

    [Theory, EveryRuntime]
    public async Task TheMappingIsTheConfigurations(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "echo $(cat /proc/self/uid_map) / $(cat /proc/self/gid_map); id -u; id -g");
        Assert.Equal("0 100000 65536 / 0 100000 65536\n0\n0", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task SeveralRangesAreKept(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "cat /proc/self/uid_map | while read a b c; do echo $a $b $c; done",
            """[{"containerID":0,"hostID":200000,"size":10},{"containerID":1000,"hostID":300000,"size":5}]""");
        Assert.Equal("0 200000 10\n1000 300000 5", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task RootInsideIsNobodySpecialOutside(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "sleep 100");
        int pid = await bundle.Start();
        string status = File.ReadAllText($"/proc/{pid}/status");
        Assert.Contains("Uid:\t100000\t100000\t100000\t100000", status);
        Assert.Contains("Gid:\t100000\t100000\t100000\t100000", status);
    }

    [Theory, EveryRuntime]
    public async Task FilesOfUsersThatAreNotMappedAreNobodys(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "stat -c %u /etc/passwd; (echo x >> /etc/passwd) 2>/dev/null || echo refused");
        Assert.Equal("65534\nrefused", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task DevicesAreThere(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "echo x > /dev/null && head -c 4 /dev/zero | wc -c");
        Assert.Equal("4", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AUserInsideIsMapped(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "sleep 100").Set("process.user", """{"uid":1000,"gid":50,"additionalGids":[60]}""");
        int pid = await bundle.Start();
        string status = File.ReadAllText($"/proc/{pid}/status");
        Assert.Contains("Uid:\t101000", status);
        Assert.Contains("Gid:\t100050", status);
        Assert.Matches("Groups:\t(100050 )?100060", status);
    }

    [Theory, EveryRuntime]
    public async Task OneIsJoinedByItsPath(string runtime)
    {
        await using Bundle first = Mapped(runtime, "sleep 100");
        int pid = await first.Start();
        await using Bundle second = new Bundle(runtime, "readlink /proc/self/ns/user; id -u").Namespace("user", $"/proc/{pid}/ns/user");
        Assert.Equal($"{File.ResolveLinkTarget($"/proc/{pid}/ns/user", false)!.Name}\n0", await second.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnExecIsInIt(string runtime)
    {
        await using Bundle bundle = Mapped(runtime, "sleep 100");
        await bundle.Start();
        Assert.Equal("0 100000 65536", (await bundle.Exec("sh", "-c", "echo $(cat /proc/self/uid_map)")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task AMappingThatTheKernelRefusesIsNamed(string runtime)
    {
        // Two ranges with the same inside IDs.
        await using Bundle bundle =
            Mapped(runtime, "true", """[{"containerID":0,"hostID":100000,"size":10},{"containerID":5,"hostID":200000,"size":10}]""");
        await bundle.Refused();
    }
}
