using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Runtime.Tests.Supervision;

/// <summary>The same shim over somebody else's runtime.</summary>
public sealed class ForeignRuntimeTests
{
    private const string Unified = "/sys/fs/cgroup/unified/cgroup.controllers";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static Func<ShimConfig, ShimConfig> Over(string runtime, Func<ShimConfig, ShimConfig>? more = null)
    {
        Assert.SkipUnless(File.Exists(runtime), $"{runtime} is not installed");
        Assert.SkipWhen(runtime.EndsWith("crun", StringComparison.Ordinal) && File.Exists(Unified)
            && File.ReadAllText(Unified).Contains("hugetlb"),
            "crun does not run while a hybrid host's cgroup v2 holds the hugetlb controller");
        return c => (more ?? (x => x))(c with { Runtime = runtime });
    }

    [Theory]
    [InlineData("/usr/sbin/runc")]
    [InlineData("/usr/bin/crun")]
    public async Task ItRunsExecsPausesAndEnds(string runtime)
    {
        await using ShimContainer container =
            await ShimContainer.ShellAsync("echo out; echo err >&2; while [ ! -e /tmp/go ]; do sleep 0.05; done; exit 3", Over(runtime));
        await ShimContainer.UntilAsync(() => container.Logged() == "out\n" && container.Logged("stderr") == "err\n", "its output");
        await container.Control.PauseAsync(Cancellation);
        await container.Control.ResumeAsync(Cancellation);
        await using ShimClient exec = await container.ExecAsync("e", "cat; exit 4", stdin: true);
        await exec.MessageAsync();
        await exec.WriteAsync("through\n");
        exec.EndInput();
        await exec.ToEndAsync();
        Assert.Equal(("through\n", 4), (exec.Out, exec.Exited?.Exit?.Code));
        File.WriteAllText($"/proc/{container.Pid}/root/tmp/go", "");
        Assert.Equal(3, (await container.ExitedAsync())?.Code);
    }

    [Theory]
    [InlineData("/usr/sbin/runc")]
    [InlineData("/usr/bin/crun")]
    public async Task ItsTerminalIsDelivered(string runtime)
    {
        await using ShimContainer container = await ShimContainer.CreateAsync(["sh"],
            Over(runtime, c => c with { Terminal = true, OpenStdin = true, Rows = 12, Columns = 34 }));
        await using ShimClient client = await container.AttachAsync(stdin: true);
        await container.Control.StartAsync(Cancellation);
        await client.WriteAsync("stty size; exit 6\n");
        await client.ToEndAsync();
        Assert.Contains("12 34\r\n", client.Out);
        Assert.Equal(6, (await container.ExitedAsync())?.Code);
    }

    [Theory]
    [InlineData("/usr/sbin/runc")]
    [InlineData("/usr/bin/crun")]
    public async Task UsersByNameAreLookedUpForIt(string runtime)
    {
        string accounts = Directory.CreateTempSubdirectory("gantry-accounts-").FullName;
        Directory.CreateDirectory($"{accounts}/etc");
        File.WriteAllText($"{accounts}/etc/passwd", "bob:x:1000:1001::/:\neve:x:2000:2001::/:\n");
        File.WriteAllText($"{accounts}/etc/group", "staff:x:50:bob\n");
        File.SetUnixFileMode(accounts, (UnixFileMode)0x1ED);
        try
        {
            await using ShimContainer container = await ShimContainer.CreateAsync(["sh", "-c", "echo $(id -u) $(id -g) $(id -G); sleep 60"],
                Over(runtime, c => c with { Root = c.Root! with { Lower = [accounts, .. c.Root.Lower] } }),
                static s => s with { Process = s.Process! with { User = new OciUser { Username = "bob" } } });
            await container.Control.StartAsync(Cancellation);
            await ShimContainer.UntilAsync(() => container.Logged() == "1000 1001 1001 50\n", "the account's numbers");
            await using ShimClient exec = await container.ExecAsync("e", "echo $(id -u) $(id -g)", user: "eve:staff");
            await exec.ToEndAsync();
            Assert.Equal("2000 50\n", exec.Out);
        }
        finally
        {
            Directory.Delete(accounts, recursive: true);
        }
    }

    [Theory]
    [InlineData("/usr/sbin/runc")]
    [InlineData("/usr/bin/crun")]
    public async Task ItsReasonForAFailureIsPassedOn(string runtime)
    {
        Func<ShimConfig, ShimConfig> over = Over(runtime);
        ShimFailureException failure = await Assert.ThrowsAsync<ShimFailureException>(async () =>
        {
            await using ShimContainer container = await ShimContainer.StartAsync(["nothing-here"], over);
        });
        Assert.Equal(FailureStep.CommandNotFound, failure.Step);
        Assert.Contains("nothing-here", failure.Message);
    }
}
