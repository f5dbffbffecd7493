using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class MemoryTests
{
    private static Bundle With(string runtime, string memory, string script = "sleep 100")
    {
        Needs.Controller("memory");
        return new Bundle(runtime, script).Set("linux.resources.memory", memory);
    }

    [Theory, EveryRuntime]
    public async Task TheLimitIsSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":67108864}""");
        await bundle.Start();
        Assert.Equal("67108864", bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"));
    }

    [Theory, EveryRuntime]
    public async Task TheReservationIsSet(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":67108864,"reservation":33554432}""");
        await bundle.Start();
        Assert.Equal("33554432", bundle.Limit("memory", "memory.soft_limit_in_bytes", "memory.low"));
    }

    [Theory, EveryRuntime]
    public async Task SwapIsCountedTogetherWithMemory(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":67108864,"swap":100663296}""");
        string file = Path.Combine(ControlGroups.Directory("memory", ""),
            ControlGroups.Unified ? "init.scope/memory.swap.max" : "memory.memsw.limit_in_bytes");
        Assert.SkipUnless(File.Exists(file), "this kernel does not count swap");
        await bundle.Start();
        Assert.Equal(ControlGroups.Unified ? "33554432" : "100663296",
            bundle.Limit("memory", "memory.memsw.limit_in_bytes", "memory.swap.max"));
    }

    [Theory, EveryRuntime]
    public async Task NoLimitIsUnlimited(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":-1}""");
        await bundle.Start();
        Assert.Contains(bundle.Limit("memory", "memory.limit_in_bytes", "memory.max"), (string[])["max", "9223372036854771712"]);
    }

    [Theory, EveryRuntime]
    public async Task SwappinessIsSet(string runtime)
    {
        Needs.VersionOneCgroups();
        await using Bundle bundle = With(runtime, """{"swappiness":13}""");
        await bundle.Start();
        Assert.Equal("13", bundle.Limit("memory", "memory.swappiness", ""));
    }

    [Theory, EveryRuntime]
    public async Task TheOutOfMemoryKillerIsSwitchedOff(string runtime)
    {
        Needs.VersionOneCgroups();
        await using Bundle bundle = With(runtime, """{"limit":67108864,"disableOOMKiller":true}""");
        await bundle.Start();
        Assert.Contains("oom_kill_disable 1", bundle.Limit("memory", "memory.oom_control", ""));
    }

    [Theory, EveryRuntime]
    public async Task WhoNeedsMoreIsKilled(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":25165824,"swap":25165824}""")
            .Args("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1");
        Assert.Equal(137, (await bundle.Run()).Code);
    }

    [Theory, EveryRuntime]
    public async Task MoreSwapThanBothIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, """{"limit":67108864,"swap":33554432}""", "true");
        await bundle.Refused();
    }
}
