using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class UserTests
{
    [Theory, EveryRuntime]
    public async Task IdsAndGroupsAreAsAsked(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime,
            "id -u; id -g; grep Groups: /proc/self/status | tr -d '\\t' | sed 's/ *$//'").Set("process.user",
            """{"uid":1000,"gid":1001,"additionalGids":[50,60,1001]}""");
        Assert.Equal("1000\n1001\nGroups:50 60 1001", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ThePrimaryGroupIsAmongTheSupplementaryOnes(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "sleep 100").Set("process.user", """{"uid":1000,"gid":1001,"additionalGids":[50]}""");
        await bundle.Start();
        Assert.Contains("Groups:\t50 1001", (await bundle.Exec("cat", "/proc/1/status")).Succeeded());
        Assert.Matches("Groups:\t(50 )?1002",
            (await bundle.Runtime("exec", "--user", "1000:1002", bundle.Id, "cat", "/proc/self/status")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task RootKeepsNoGroupsOfTheCallers(string runtime)
    {
        await using Bundle bundle = new(runtime, "grep Groups: /proc/self/status | tr -d '\\t '");
        Assert.Equal("Groups:", (await bundle.Output()).Replace("Groups:0", "Groups:"));
    }

    [Theory, EveryRuntime]
    public async Task TheUmaskIsAsAsked(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "umask").Set("process.user", """{"uid":0,"gid":0,"umask":63}""");
        Assert.Equal("0077", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task WithoutAWordItIsTheUsual(string runtime)
    {
        await using Bundle bundle = new(runtime, "umask");
        Assert.Equal("0022", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheStandardStreamsBelongToTheUser(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "echo x > /dev/stdout && echo y > /proc/self/fd/2").Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal(["code 0", "x", "y"], (await bundle.RunIntoPipe()).Succeeded().Split('\n').Order());
    }

    [Theory, EveryRuntime]
    public async Task AHomeIsFoundInThePasswordFile(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "echo $HOME").Set("process.user", """{"uid":1000,"gid":1000}""");
        Assert.Equal("/tmp", await bundle.Output());
    }
}
