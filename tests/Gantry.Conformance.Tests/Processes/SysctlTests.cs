using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class SysctlTests
{
    private static Bundle With(string runtime, string name, string value, string script) =>
        new Bundle(runtime, script).Set("linux.sysctl", $$"""{"{{name}}":"{{value}}"}""");

    [Theory, EveryRuntime("kernel.shmmax", "kernel.msgmni", "kernel.sem", "fs.mqueue.msg_max")]
    public async Task ThoseOfTheIpcNamespaceAreSet(string runtime, string name)
    {
        string value = name == "kernel.sem" ? "100 3000 10 50" : "77";
        await using Bundle bundle = With(runtime, name, value, $"echo $(cat /proc/sys/{name.Replace('.', '/')})");
        Assert.Equal(value, await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ThoseOfTheNetworkAreSet(string runtime)
    {
        await using Bundle bundle = With(runtime, "net.ipv4.ip_local_port_range", "4000 5000",
            "echo $(cat /proc/sys/net/ipv4/ip_local_port_range)").Namespace("network");
        Assert.Equal("4000 5000", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ThoseOfTheNamesAreSet(string runtime)
    {
        await using Bundle bundle = With(runtime, "kernel.domainname", "example.org", "cat /proc/sys/kernel/domainname");
        Assert.Equal("example.org", await bundle.Output());
    }

    [Theory, EveryRuntime("net.ipv4.ip_forward", "kernel.pid_max", "vm.swappiness", "fs.file-max")]
    public async Task TheHostsAreRefusedAndNamed(string runtime, string name)
    {
        await using Bundle bundle = With(runtime, name, HostsOwn(name), "true");
        Assert.Contains(name, await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task TheHostNameHasItsOwnField(string runtime)
    {
        await using Bundle bundle = With(runtime, "kernel.hostname", "other", "true");
        Assert.Contains("kernel.hostname", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task WithoutANamespaceOfItsOwnTheyAreTheHosts(string runtime)
    {
        await using Bundle bundle = With(runtime, "kernel.shmmax", HostsOwn("kernel.shmmax"), "true").Without("ipc");
        Assert.Contains("kernel.shmmax", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task OneThatIsNotThereIsNamed(string runtime)
    {
        await using Bundle bundle = With(runtime, "net.no.such", "1", "true").Namespace("network");
        Assert.Contains("such", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ANameIsNotAPath(string runtime)
    {
        await using Bundle bundle = With(runtime, "net/../kernel/pid_max", HostsOwn("kernel.pid_max"), "true").Namespace("network");
        await bundle.Refused();
    }

    // The value that it has already: should a runtime let it through, this host is none the worse.
    private static string HostsOwn(string name) => File.ReadAllText($"/proc/sys/{name.Replace('.', '/')}").Trim();
}
