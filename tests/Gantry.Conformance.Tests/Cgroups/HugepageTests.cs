using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Cgroups;

public sealed class HugepageTests
{
    [Theory, EveryRuntime]
    public async Task TheLimitIsSet(string runtime)
    {
        Needs.Controller("hugetlb");
        Assert.SkipUnless(Directory.Exists("/sys/kernel/mm/hugepages/hugepages-2048kB"), "this machine has no pages of 2 MB");
        await using Bundle bundle = new Bundle(runtime).Set("linux.resources.hugepageLimits", """[{"pageSize":"2MB","limit":4194304}]""");
        await bundle.Start();
        Assert.Equal("4194304", bundle.Limit("hugetlb", "hugetlb.2MB.limit_in_bytes", "hugetlb.2MB.max"));
    }

    [Theory, EveryRuntime]
    public async Task ASizeThatIsNotThereIsRefused(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "true").Set("linux.resources.hugepageLimits", """[{"pageSize":"3MB","limit":4194304}]""");
        Assert.Contains("huge", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }
}
