using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class CapabilityTests
{
    // CHOWN is bit 0, DAC_OVERRIDE 1, KILL 5, NET_BIND_SERVICE 10.
    private const string Show = "grep Cap /proc/self/status | while read name bits; do echo $name $((0x$bits)); done | tr '\\n' ' '";

    private static Bundle With(string runtime, string sets, string script = Show) =>
        new Bundle(runtime, script).Set("process.capabilities", sets);

    [Theory, EveryRuntime]
    public async Task EachSetIsItsOwn(string runtime)
    {
        await using Bundle bundle = With(runtime, """
            {"bounding":["CAP_CHOWN","CAP_KILL","CAP_NET_BIND_SERVICE"],"permitted":["CAP_CHOWN","CAP_KILL"],"effective":["CAP_CHOWN"],
              "inheritable":["CAP_KILL"],"ambient":["CAP_KILL"]}
            """);
        // What root executes has all of bounding and inheritable, capabilities(7).
        bundle.Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("CapInh: 32 CapPrm: 32 CapEff: 32 CapBnd: 1057 CapAmb: 32 ", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task RootHasWhatIsBounding(string runtime)
    {
        await using Bundle bundle = With(runtime,
            """{"bounding":["CAP_CHOWN","CAP_KILL"],"permitted":["CAP_CHOWN","CAP_KILL"],"effective":["CAP_CHOWN","CAP_KILL"]}""");
        Assert.Equal("CapInh: 0 CapPrm: 33 CapEff: 33 CapBnd: 33 CapAmb: 0 ", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AUserHasNoneWithoutAmbientOnes(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"bounding":["CAP_CHOWN"],"permitted":["CAP_CHOWN"],"effective":["CAP_CHOWN"]}""");
        bundle.Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("CapInh: 0 CapPrm: 0 CapEff: 0 CapBnd: 1 CapAmb: 0 ", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task EmptySetsAreEmptyForRootToo(string runtime)
    {
        await using Bundle bundle = With(runtime, "{}");
        Assert.Equal("CapInh: 0 CapPrm: 0 CapEff: 0 CapBnd: 0 CapAmb: 0 ", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheyMeanSomething(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"bounding":["CAP_KILL"],"permitted":["CAP_KILL"],"effective":["CAP_KILL"]}""",
            "chown 1 /etc/passwd 2>&1; hostname x 2>&1; true");
        string output = await bundle.Output();
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains("ermitted")));
    }

    [Theory, EveryRuntime]
    public async Task AnExecHasTheContainers(string runtime)
    {
        // CVE-2022-29162: nothing is inheritable that was not asked for.
        await using Bundle bundle =
            With(runtime, """{"bounding":["CAP_CHOWN"],"permitted":["CAP_CHOWN"],"effective":["CAP_CHOWN"]}""", "sleep 100");
        await bundle.Start();
        Assert.Equal("CapInh: 0 CapPrm: 1 CapEff: 1 CapBnd: 1 CapAmb: 0", (await bundle.Exec("sh", "-c", Show)).Succeeded().TrimEnd());
    }

    [Theory, EveryRuntime]
    public async Task AnExecMayHaveMore(string runtime)
    {
        await using Bundle bundle =
            With(runtime, """{"bounding":["CAP_CHOWN"],"permitted":["CAP_CHOWN"],"effective":["CAP_CHOWN"]}""", "sleep 100");
        await bundle.Start();
        string output = (await bundle.Runtime("exec", "--cap", "CAP_KILL", bundle.Id, "sh", "-c", Show)).Succeeded();
        Assert.Contains("CapEff: 33 CapBnd: 33", output);
    }
}
