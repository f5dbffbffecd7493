using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class PidsTests
{
    private static Bundle With(string runtime, int limit, string script = "sleep 100")
    {
        Needs.Controller("pids");
        return new Bundle(runtime, script).Set("linux.resources.pids", $$"""{"limit":{{limit}}}""");
    }

    [Theory, EveryRuntime]
    public async Task TheLimitIsSet(string runtime)
    {
        await using Bundle bundle = With(runtime, 42);
        await bundle.Start();
        Assert.Equal("42", bundle.Limit("pids", "pids.max", "pids.max"));
    }

    [Theory, EveryRuntime]
    public async Task NoLimitIsUnlimited(string runtime)
    {
        await using Bundle bundle = With(runtime, -1);
        await bundle.Start();
        Assert.Equal("max", bundle.Limit("pids", "pids.max", "pids.max"));
    }

    [Theory, EveryRuntime]
    public async Task WhoNeedsMoreIsRefused(string runtime)
    {
        await using Bundle bundle = With(runtime, 30,
            "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32; do sleep 100 & done; true");
        Command.Result result = await bundle.Run();
        Assert.Contains("fork", result.Error);
    }

    private const string Mapping = """[{"containerID":0,"hostID":100000,"size":65536}]""", CannotFork = "can't fork";

    private static Bundle With(string runtime, string @case, string script)
    {
        Bundle bundle = With(runtime, @case[0] - '0', script);
        return @case.EndsWith("user", StringComparison.Ordinal)
            ? bundle.Namespace("user").Set("linux.uidMappings", Mapping).Set("linux.gidMappings", Mapping) : bundle;
    }

    /// <summary>The limit is for the command: what the runtime's own program takes until then fits into none so small.</summary>
    [Theory, EveryRuntime("1", "2", "1 user", "2 user")]
    public async Task ASmallOneHasRoomForTheCommand(string runtime, string @case)
    {
        await using Bundle bundle = With(runtime, @case, "echo began; (:) && echo forked");
        Command.Result result = await bundle.Run();
        bool second = @case[0] == '2';
        Assert.Equal(second ? "began\nforked\n" : "began\n", result.Output);
        Assert.Equal(!second, result.Error.Contains(CannotFork, StringComparison.Ordinal));
    }

    [Theory, EveryRuntime("1", "1 user")]
    public async Task AnExecComesIntoAFullOne(string runtime, string @case)
    {
        await using Bundle bundle = With(runtime, @case, "exec sleep 100");
        await bundle.Start();
        Assert.Equal("1", bundle.Limit("pids", "pids.max", "pids.max"));
        Command.Result result = await bundle.Exec("sh", "-c", "echo inside; cat /proc/self/cgroup > /dev/null; true");
        Assert.Equal("inside\n", result.Output);
        Assert.Contains(CannotFork, result.Error);
        Assert.Equal("1", bundle.Limit("pids", "pids.current", "pids.current"));
    }

    [Theory, EveryRuntime]
    public async Task AnUpdateMayGoBelowWhatIsThere(string runtime)
    {
        await using Bundle bundle = With(runtime, 10, "sleep 101 & exec sleep 100");
        await bundle.Start();
        await Patience.Until(() => bundle.Limit("pids", "pids.current", "pids.current") == "2", "both are there");
        (await bundle.Runtime("update", "--pids-limit", "1", bundle.Id)).Succeeded();
        Assert.Equal("1", bundle.Limit("pids", "pids.max", "pids.max"));
        Assert.Equal("2", bundle.Limit("pids", "pids.current", "pids.current"));
    }
}
