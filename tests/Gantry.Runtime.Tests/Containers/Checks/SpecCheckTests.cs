using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.Tests.Containers.Checks;

/// <summary>What is refused before anything is made; every message names the field.</summary>
public sealed class SpecCheckTests
{
    private const string Process = """{"args":["sh"],"cwd":"/"}""";

    private static OciSpec Spec(string members, string process = Process) =>
        SpecReader.Read(System.Text.Encoding.UTF8.GetBytes($$"""{"ociVersion":"1.2.0","process":{{process}},{{members}}}"""));

    private static string Linux(string namespaces, string members = "") =>
        $$"""
        "linux":{"namespaces":[{{Namespaces(namespaces)}}]{{(members.Length > 0 ? "," : "")}}{{members}}}
        """;

    private static string Namespaces(string types) => string.Join(',',
        types.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static type => $$"""{"type":"{{type}}"}"""));

    private const string Mappings = """[{"containerID":0,"hostID":1000,"size":10}]""";

    [Theory]
    [InlineData("mount", "\"sysctl\":{\"kernel.pid_max\":\"1\"}", "kernel.pid_max")]
    [InlineData("mount", "\"sysctl\":{\"net.ipv4.ip_forward\":\"1\"}", "net.ipv4.ip_forward")]
    [InlineData("mount uts", "\"sysctl\":{\"kernel.shmmax\":\"1\"}", "kernel.shmmax")]
    [InlineData("mount ipc network uts", "\"sysctl\":{\"kernel.hostname\":\"x\"}", "hostname")]
    [InlineData("mount", "\"timeOffsets\":{\"boottime\":{\"secs\":1}}", "linux.timeOffsets")]
    [InlineData("mount time", "\"timeOffsets\":{\"realtime\":{\"secs\":1}}", "linux.timeOffsets.realtime")]
    [InlineData("mount time", "\"timeOffsets\":{\"boottime\":{\"nanosecs\":1000000000}}", "linux.timeOffsets.boottime.nanosecs")]
    [InlineData("mount", "\"uidMappings\":" + Mappings + ",\"gidMappings\":" + Mappings, "linux.uidMappings")]
    [InlineData("mount user", "\"uidMappings\":" + Mappings, "linux.gidMappings")]
    [InlineData("mount user", "\"uidMappings\":[{\"containerID\":0,\"hostID\":1,\"size\":0}],\"gidMappings\":" + Mappings,
        "linux.uidMappings[0].size")]
    [InlineData("mount user", "\"uidMappings\":" + Mappings + ",\"gidMappings\":[{\"containerID\":0,\"hostID\":4294967290,\"size\":10}]",
        "linux.gidMappings[0]")]
    [InlineData("mount user", "\"gidMappings\":" + Mappings
        + ",\"uidMappings\":[{\"containerID\":0,\"hostID\":0,\"size\":5},{\"containerID\":4,\"hostID\":9,\"size\":1}]",
        "linux.uidMappings[1]")]
    [InlineData("mount", "\"personality\":{\"domain\":\"BSD\"}", "linux.personality.domain")]
    [InlineData("mount", "\"personality\":{\"domain\":\"LINUX\",\"flags\":[\"ADDR_NO_RANDOMIZE\"]}", "linux.personality.flags")]
    [InlineData("mount", "\"intelRdt\":{}", "linux.intelRdt")]
    [InlineData("mount", "\"resources\":{\"devices\":[{\"allow\":true,\"type\":\"x\"}]}", "linux.resources.devices[0].type")]
    [InlineData("mount", "\"resources\":{\"devices\":[{\"allow\":true,\"access\":\"rwx\"}]}", "linux.resources.devices[0].access")]
    [InlineData("mount", "\"resources\":{\"blockIO\":{\"weight\":5}}", "linux.resources.blockIO.weight")]
    [InlineData("mount", "\"resources\":{\"memory\":{\"swappiness\":101}}", "linux.resources.memory.swappiness")]
    [InlineData("uts", "\"maskedPaths\":[\"/proc/kcore\"]", "MNT namespace")]
    public void LinuxIsRefused(string namespaces, string members, string named) =>
        Assert.Contains(named, Assert.Throws<GantryException>(() => SpecCheck.Run(Spec(Linux(namespaces, members)))).Message);

    [Theory]
    [InlineData("network", "\"sysctl\":{\"net.ipv4.ip_forward\":\"1\",\"net/ipv4/conf/all/forwarding\":\"1\"}")]
    [InlineData("ipc", "\"sysctl\":{\"kernel.msgmax\":\"1\",\"fs.mqueue.msg_max\":\"1\"}")]
    [InlineData("uts", "\"sysctl\":{\"kernel.domainname\":\"x\"}")]
    [InlineData("time", "\"timeOffsets\":{\"boottime\":{\"secs\":-1},\"monotonic\":{\"secs\":1,\"nanosecs\":999999999}}")]
    [InlineData("user", "\"uidMappings\":" + Mappings + ",\"gidMappings\":" + Mappings)]
    [InlineData("pid", "\"personality\":{\"domain\":\"LINUX32\"}")]
    public void LinuxIsAccepted(string namespaces, string members)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "an ordinary user needs a user namespace for all of them");
        SpecCheck.Run(Spec(Linux($"mount {namespaces}", members)));
    }

    [Theory]
    [InlineData("\"hooks\":{\"prestart\":[{\"path\":\"bin/true\"}]}", "hooks.prestart[0].path")]
    [InlineData("\"hooks\":{\"poststop\":[{\"path\":\"/a\"},{\"path\":\"/b\",\"timeout\":0}]}", "hooks.poststop[1].timeout")]
    [InlineData("\"domainname\":\"x\"", "domainname")]
    [InlineData("\"hostname\":\"x\"", "hostname")]
    [InlineData("\"mounts\":[{\"destination\":\"tmp\"}]", "tmp")]
    [InlineData("\"mounts\":[{\"destination\":\"/tmp\",\"type\":\"bind\",\"uidMappings\":" + Mappings + "}]", "mounts[0]")]
    [InlineData("\"mounts\":[{\"destination\":\"/tmp\",\"type\":\"tmpfs\",\"uidMappings\":" + Mappings + ",\"gidMappings\":" + Mappings
        + "}]", "mounts[0]")]
    public void TopLevelIsRefused(string members, string named) =>
        Assert.Contains(named, Assert.Throws<GantryException>(() => SpecCheck.Run(Spec($"{members},{Linux("mount")}"))).Message);

    [Fact]
    public void MountsNeedANamespaceOfTheirOwn() =>
        Assert.Contains("mount namespace",
            Assert.Throws<GantryException>(
                () => SpecCheck.Run(Spec($"\"mounts\":[{{\"destination\":\"/p\",\"type\":\"proc\"}}],{Linux("pid")}"))).Message);

    [Theory]
    [InlineData("\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1},{\"type\":\"RLIMIT_CPU\",\"soft\":1,\"hard\":1}]",
        "RLIMIT_CPU is given twice")]
    [InlineData("\"rlimits\":[{\"type\":\"RLIMIT_X\",\"soft\":1,\"hard\":1}]", "RLIMIT_X")]
    [InlineData("\"rlimits\":[{\"type\":\"RLIMIT_CPU\",\"soft\":2,\"hard\":1}]", "RLIMIT_CPU")]
    [InlineData("\"scheduler\":{\"policy\":\"FIFO\"}", "scheduler.policy")]
    [InlineData("\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"nice\":20}", "scheduler.nice")]
    [InlineData("\"scheduler\":{\"policy\":\"SCHED_OTHER\",\"priority\":1}", "scheduler.priority")]
    [InlineData("\"scheduler\":{\"policy\":\"SCHED_FIFO\",\"priority\":100}", "scheduler.priority")]
    [InlineData("\"scheduler\":{\"policy\":\"SCHED_RR\",\"runtime\":1}", "SCHED_DEADLINE")]
    [InlineData("\"scheduler\":{\"policy\":\"SCHED_RR\",\"flags\":[\"X\"]}", "scheduler.flags")]
    [InlineData("\"ioPriority\":{\"class\":\"IOPRIO_CLASS_BE\",\"priority\":8}", "ioPriority.priority")]
    [InlineData("\"ioPriority\":{\"class\":\"BE\",\"priority\":1}", "ioPriority.class")]
    [InlineData("\"execCPUAffinity\":{\"initial\":\"a\"}", "execCPUAffinity.initial")]
    [InlineData("\"execCPUAffinity\":{\"final\":\"3-1\"}", "execCPUAffinity.final")]
    public void TheProcessIsRefused(string member, string named) =>
        Assert.Contains(named,
            Assert.Throws<GantryException>(
                () => SpecCheck.Run(Spec(Linux("mount"), $$"""{"args":["sh"],"cwd":"/",{{member}}}"""))).Message);
}
