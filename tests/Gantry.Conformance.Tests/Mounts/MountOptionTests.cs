using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Mounts;

/// <summary>Options of single mounts, read back from the kernel's mount table: what the kernel says,
/// and not what a program finds out.</summary>
public sealed class MountOptionTests
{
    // The mount's own options and, behind the dash, the super block's.
    private const string Show = "while read id parent dev root where options rest; do case $where in /m|/m/sub) echo $where $options "
        + "${rest##*- };; esac; done < /proc/self/mountinfo";

    private static IReadOnlyList<string> Options(string line) => line.Split(' ')[1].Split(',');

    [Theory, EveryRuntime("ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "nosymfollow")]
    public async Task ANewFileSystemHasIt(string runtime, string option)
    {
        await using Bundle bundle = new Bundle(runtime, Show).Mount("/m", "tmpfs", "tmpfs", option);
        Assert.Contains(option, Options(await bundle.Output()));
    }

    [Theory, EveryRuntime("ro", "nosuid", "nodev", "noexec", "noatime", "nodiratime", "nosymfollow")]
    public async Task ABindMountHasIt(string runtime, string option)
    {
        await using Bundle bundle = new(runtime, Show);
        bundle.Mount("/m", "bind", Directory.CreateDirectory($"{bundle.Path}/source").FullName, "bind", option);
        Assert.Contains(option, Options(await bundle.Output()));
    }

    [Theory, EveryRuntime("strictatime", "relatime")]
    public async Task AccessTimesAreAsAsked(string runtime, string option)
    {
        await using Bundle bundle = new Bundle(runtime, Show).Mount("/m", "tmpfs", "tmpfs", option);
        IReadOnlyList<string> options = Options(await bundle.Output());
        Assert.Equal(option == "relatime", options.Contains("relatime"));
        Assert.DoesNotContain("noatime", options);
    }

    [Theory, EveryRuntime("rro", "rnosuid", "rnodev", "rnoexec", "rnoatime", "rnosymfollow")]
    public async Task ARecursiveOneHoldsBelow(string runtime, string option)
    {
        await using Bundle bundle = Nested(runtime, Show, option);
        string[] lines = (await bundle.Output()).Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.All(lines, line => Assert.Contains(option[1..], Options(line)));
    }

    [Theory, EveryRuntime]
    public async Task AnOrdinaryOneDoesNot(string runtime)
    {
        await using Bundle bundle =
            Nested(runtime, "touch /m/x 2>/dev/null || echo top refused; touch /m/sub/x && echo below allowed", "ro");
        Assert.Equal("top refused\nbelow allowed", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task WithoutRecursionTheTopAloneIsBound(string runtime)
    {
        await using Bundle bundle = new(runtime,
            Show) { Prelude = "mkdir -p source && mount -t tmpfs x source && mkdir source/sub && mount -t tmpfs y source/sub" };
        bundle.Mount("/m", "bind", $"{bundle.Path}/source", "bind");
        Assert.Single((await bundle.Output()).Split('\n'));
    }

    [Theory, EveryRuntime]
    public async Task TheLastOfTwoOppositesWins(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, Show).Mount("/m", "tmpfs", "tmpfs", "ro", "noexec", "rw", "exec");
        IReadOnlyList<string> options = Options(await bundle.Output());
        Assert.Contains("rw", options);
        Assert.DoesNotContain("noexec", options);
    }

    [Theory, EveryRuntime("private", "rprivate", "slave", "rslave", "shared", "rshared", "unbindable", "runbindable")]
    public async Task PropagationIsAsAsked(string runtime, string option)
    {
        await using Bundle bundle = new(runtime,
            "while read id parent dev root where options rest; do [ $where != /m ] || echo ${rest%%- *}; done < /proc/self/mountinfo")
        {
            Prelude = "mkdir source && mount -t tmpfs x source && mount --make-shared source",
        };
        string expected = option.TrimStart('r') switch { "private" => "^$", "slave" => "^master:[0-9]+$", "shared" => "shared:[0-9]+",
            _ => "^unbindable$" };
        bundle.Mount("/m", "bind", $"{bundle.Path}/source", "rbind", option);
        Assert.Matches(expected, await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task SuperBlockOptionsReachTheFileSystem(string runtime)
    {
        await using Bundle bundle = new Bundle(runtime, Show).Mount("/m", "tmpfs", "tmpfs", "sync", "size=3m", "nr_inodes=77", "mode=1750");
        string line = await bundle.Output();
        Assert.Contains("sync", line);
        Assert.Contains("size=3072k", line);
        Assert.Contains("nr_inodes=77", line);
        Assert.Contains("mode=1750", line);
    }

    private static Bundle Nested(string runtime, string script, string option)
    {
        Bundle bundle = new(runtime,
            script) { Prelude = "mkdir -p source && mount -t tmpfs x source && mkdir source/sub && mount -t tmpfs y source/sub" };
        return bundle.Mount("/m", "bind", $"{bundle.Path}/source", "rbind", option);
    }
}
