using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class UnifiedTests
{
    [Theory, EveryRuntime]
    public async Task FilesAreWrittenAsGiven(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime).Set("linux.resources.unified", """{"memory.high":"50331648","pids.max":"33"}""");
        await bundle.Start();
        Assert.Equal(("50331648", "33"), (bundle.Limit("memory", "", "memory.high"), bundle.Limit("pids", "", "pids.max")));
    }

    [Theory, EveryRuntime]
    public async Task AFileThatIsNotThereIsNamed(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"no.such":"1"}""");
        Assert.Contains("no.such", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ANameIsNotAPath(string runtime)
    {
        Needs.UnifiedCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"../memory.high":"max"}""");
        await bundle.Refused();
    }

    [Theory, EveryRuntime]
    public async Task WithVersionOneItIsRefused(string runtime)
    {
        Needs.VersionOneCgroups();
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.resources.unified", """{"memory.high":"max"}""");
        await bundle.Refused();
    }
}
