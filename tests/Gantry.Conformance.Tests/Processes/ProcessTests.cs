using Gantry.Conformance.Bundles;
using Gantry.Conformance.Machine;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

public sealed class ProcessTests
{
    [Theory, EveryRuntime]
    public async Task ArgumentsAreTheGivenBytes(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("sh", "-c", "for a; do echo \"<$a>\"; done", "zero", "", "two words", "ü€😀",
            "$HOME *", "line\nbreak");
        Assert.Equal("<>\n<two words>\n<ü€😀>\n<$HOME *>\n<line\nbreak>", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheEnvironmentIsTheConfigurationsAlone(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "env | grep -v -e ^SHLVL -e ^PWD -e ^HOME | sort").Set("process.env",
            """["PATH=/bin","A=1","EMPTY=","SPACE=a b"]""");
        Assert.Equal("A=1\nEMPTY=\nPATH=/bin\nSPACE=a b", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheWorkingDirectoryIsMadeWhereItIsNot(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "pwd").Set("process.cwd", "\"/new/place\"");
        Assert.Equal("/new/place", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ARelativeWorkingDirectoryIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("process.cwd", "\"relative\"");
        Assert.Contains("absolute path", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task AWorkingDirectoryThroughTheHostsDescriptorsIsRefused(string runtime)
    {
        // CVE-2024-21626: a directory of the host that the runtime has open.
        await using Bundle bundle = new(runtime, "ls ../../../.. 2>/dev/null; pwd");
        for (int fd = 3; fd < 12; fd++)
        {
            bundle.Set("process.cwd", $"\"/proc/self/fd/{fd}\"");
            Command.Result result = await bundle.Run();
            Assert.True(result.Code != 0, $"descriptor {fd}: {result.All}");
        }
    }

    [Theory, EveryRuntime]
    public async Task NoDescriptorIsLeftOpen(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Args("ls", "/proc/1/fd");
        // Three, and the one with which ls reads the directory.
        Assert.Equal("0\n1\n2\n3", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task FurtherDescriptorsArePassedOn(string runtime)
    {
        await using Bundle bundle = new(runtime, "cat <&3; cat <&4");
        string first = $"{bundle.Path}/first", second = $"{bundle.Path}/second";
        File.WriteAllText(first, "one\n");
        File.WriteAllText(second, "two\n");
        bundle.Prelude = $"exec 3<{first} 4<{second}";
        Assert.Equal("one\ntwo", (await bundle.Run("--preserve-fds", "2")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task InputIsRead(string runtime)
    {
        await using Bundle bundle = new(runtime, "tr a-z A-Z");
        Assert.Equal("HELLO", (await bundle.RuntimeWithInput("hello", "run", "--bundle", bundle.Path, bundle.Id)).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task NoNewPrivilegesIsSet(string runtime)
    {
        await using Bundle bundle =
            new Bundle(runtime, "grep NoNewPrivs /proc/self/status | cut -f2").Set("process.noNewPrivileges", "true");
        Assert.Equal("1", await bundle.Output());
        bundle.Set("process.noNewPrivileges", "false");
        Assert.Equal("0", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task TheScoreOfTheOutOfMemoryKillerIsSet(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime).Set("process.oomScoreAdj", "321");
        int pid = await bundle.Start();
        Assert.Equal("321\n", File.ReadAllText($"/proc/{pid}/oom_score_adj"));
        Assert.Equal("321", (await bundle.Exec("cat", "/proc/self/oom_score_adj")).Succeeded());
    }

    [Theory, EveryRuntime]
    public async Task ThePersonalityIsSet(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "uname -m").Set("linux.personality", """{"domain":"LINUX32"}""");
        Assert.Equal("i686", await bundle.Output());
        bundle.Set("linux.personality", """{"domain":"LINUX"}""");
        Assert.Equal("x86_64", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task AnUnknownPersonalityIsRefused(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, "true").Set("linux.personality", """{"domain":"SOLARIS"}""");
        Assert.Contains("SOLARIS", await bundle.Refused());
    }

    [Theory, EveryRuntime]
    public async Task ItIsTheFirstProcessAndHasNoParent(string runtime)
    {
        await using Bundle bundle = new(runtime, "echo $$ $PPID; cat /proc/1/cmdline | tr '\\0' ' '");
        Assert.StartsWith("1 0\nsh -c", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ItHasASessionKeyringOfItsOwn(string runtime)
    {
        Assert.SkipUnless(File.Exists("/proc/keys"), "this kernel has no keyrings");
        await using Bundle bundle = new(runtime, "cat /proc/keys");
        Assert.Contains("_ses.", await bundle.Output());
    }
}
