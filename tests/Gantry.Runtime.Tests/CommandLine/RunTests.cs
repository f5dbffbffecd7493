using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Tests.CommandLine;

public sealed class RunTests : IDisposable
{
    private readonly RuntimeBundle _bundle = new();

    private string Output(string script, Func<OciSpec, OciSpec>? change = null)
    {
        Subprocess.Result result = _bundle.Write(["sh", "-c", script], change).Run();
        Assert.Equal("", result.Error);
        return result.Output.Trim();
    }

    [Theory]
    [InlineData("true", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("sh -c 'kill -9 $$'; exit $?", 137)]
    public void TheExitCodeIsTheCommands(string script, int code)
    {
        Assert.Equal(code, _bundle.Write(["sh", "-c", script]).Run().ExitCode);
        _bundle.AssertNothingLeft();
    }

    [Theory]
    [InlineData("nosuch", "exec: \"nosuch\": executable file not found in $PATH")]
    [InlineData("/no/such", "exec: \"/no/such\": stat /no/such: no such file or directory")]
    [InlineData("/etc", "exec: \"/etc\": is a directory: permission denied")]
    public void ACommandThatCannotRunIsNamedAndNothingIsLeft(string command, string message)
    {
        Subprocess.Result result = _bundle.Write([command]).Run();
        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"unable to start container process: {message}", result.Error);
        _bundle.AssertNothingLeft();
    }

    [Fact]
    public void TheCommandIsAloneAsFirstProcess() => Assert.Equal("1 busybox /proc/1", Output("echo $$ $(hostname) /proc/[0-9]*"));

    [Fact]
    public void CapabilitiesAndNoNewPrivilegesAreAsGiven() =>
        Assert.Equal("0000000000000020 0000000000000020 1", Output("echo $(grep -E 'CapEff|CapBnd|NoNew' /proc/1/status | cut -f2)"));

    [Fact]
    public void OnlyStandardDescriptorsAreOpen() =>
        Assert.Equal("012", Output("for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/1/fd/$fd ] && printf $fd; done"));

    [Fact]
    public void NothingOfTheHostIsMounted() =>
        Assert.Equal("/ /dev /dev/pts /proc", Output("echo $(cut -d' ' -f5 /proc/1/mountinfo | sort)"));

    [Fact]
    public void MaskedAndReadOnlyPathsHold() =>
        Assert.Equal("0 denied",
            Output("echo $(wc -c < /proc/timer_list) $( (echo 1 > /proc/sys/kernel/pid_max) 2> /dev/null || echo denied)",
        static s =>
            s with { Linux = s.Linux! with { MaskedPaths = ["/proc/timer_list", "/proc/nosuch"], ReadonlyPaths = ["/proc/sys"] } }));

    [Fact]
    public void AMissingWorkingDirectoryIsMade() =>
        Assert.Equal("/tmp/made/here", Output("pwd", static s => s with { Process = s.Process! with { Cwd = "/tmp/made/here" } }));

    [Fact]
    public void LimitsThatTheHostRefusesAreLowered()
    {
        Subprocess.Result result = _bundle.Write(["sh", "-c", "ulimit -n"], static s => s with
        {
            Process = s.Process! with { Rlimits = [new OciRlimit { Type = "RLIMIT_NOFILE", Hard = 1UL << 40, Soft = 512 }] },
        }).Run();
        Assert.Equal(("512", 0), (result.Output.Trim(), result.ExitCode));
        Assert.Contains("RLIMIT_NOFILE", result.Error);
    }

    [Fact]
    public void SeccompRefusesWhatThePolicyRefuses() =>
        Assert.Equal("2 refused",
            Output("mkdir /tmp/x 2>/dev/null || echo $(grep Seccomp: /proc/1/status | cut -f2) refused", static s => s with
    {
        Linux = s.Linux! with
        {
            Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW",
                Syscalls = [new OciSyscallRule { Names = ["mkdir", "mkdirat"], Action = "SCMP_ACT_ERRNO" }] },
        },
    }));

    [Fact]
    public async Task FirstStartsAtOnceShareOneCompiledPolicy()
    {
        _bundle.Write(["grep", "Seccomp:", "/proc/1/status"], static s => s with
        {
            Linux = s.Linux! with { CgroupsPath = null,
                Seccomp = new OciSeccomp { DefaultAction = "SCMP_ACT_ALLOW",
                    Syscalls = [new OciSyscallRule { Names = ["mkdir"], Action = "SCMP_ACT_ERRNO" }] } },
        });
        Subprocess.Result[] results = await Task.WhenAll(Enumerable.Range(0, 8)
            .Select(i => Task.Run(() => _bundle.RunAs($"{_bundle.Id}-{i}"), TestContext.Current.CancellationToken)));
        Assert.All(results, static r => Assert.Equal((0, "Seccomp:\t2\n", ""), (r.ExitCode, r.Output, r.Error)));
    }

    [Fact]
    public void TooMuchMemoryEndsTheCommand()
    {
        _bundle.Write(["dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1"], static s => s with
        {
            Linux = s.Linux! with { Resources = new OciResources { Memory = new OciMemory { Limit = 50_000_000, Swap = 50_000_000 } } },
        });
        Assert.Equal(137, _bundle.Run().ExitCode);
        _bundle.AssertNothingLeft();
    }

    [Fact]
    public void AFailingHookStopsItAndLeavesNothing()
    {
        Subprocess.Result result = _bundle.Write(["true"],
            static s => s with { Hooks = new OciHooks { CreateRuntime = [new OciHook { Path = "/bin/false" }] } }).Run();
        Assert.Contains("createRuntime hook #0: exit status 1", result.Error);
        _bundle.AssertNothingLeft();
    }

    public void Dispose() => _bundle.Dispose();
}
