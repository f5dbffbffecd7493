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
        await using Bundle bundle = With(runtime, 30, "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32; do sleep 100 & done; true");
        Command.Result result = await bundle.Run();
        Assert.Contains("fork", result.Error);
    }
}
