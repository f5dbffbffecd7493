using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Xunit;

namespace Gantry.Cli.Tests.Options;

/// <summary>From a whole command line to the request.</summary>
public sealed class ContainerFlagsTests
{
    private static ContainerCreateRequest Build(params string[] arguments) => Build(detached: false, arguments);

    private static ContainerCreateRequest Build(bool detached, string[] arguments)
    {
        FlagSet flags = new();
        ContainerFlags container = new(flags);
        return container.Build(FlagParser.Parse(flags, arguments, stopAtOperand: true)!, detached);
    }

    [Fact]
    public void StreamsFollowFromTheOptions()
    {
        ContainerCreateRequest request = Build("-it", "busybox", "sh", "-l");
        Assert.True(request is { Tty: true, OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true });
        Assert.Equal(["sh", "-l"], request.Cmd);
        request = Build(detached: true, ["-it", "busybox"]);
        Assert.True(request is { Tty: true, OpenStdin: true, StdinOnce: false, AttachStdin: false, AttachStdout: false });
        Assert.Null(request.Cmd);
        request = Build("-a", "stderr", "busybox");
        Assert.True(request is { AttachStdin: false, AttachStdout: false, AttachStderr: true });
    }

    [Fact]
    public void EntrypointCanBeEmptied()
    {
        Assert.Null(Build("x").Entrypoint);
        Assert.Equal([""], Build("--entrypoint=", "x").Entrypoint);
        Assert.Equal(["/bin/sh -c"], Build("--entrypoint", "/bin/sh -c", "x").Entrypoint);
    }

    [Fact]
    public void Limits()
    {
        HostConfig host = Build("-m", "100m", "--memory-swap=-1", "--cpus", "1.5", "-c256", "--pids-limit", "50", "--cpuset-cpus=0-1",
            "--shm-size", "1m", "--oom-kill-disable", "x").HostConfig!;
        Assert.Equal((100L << 20, -1, 1_500_000_000, 256, 50),
            (host.Memory, host.MemorySwap, host.NanoCpus, host.CpuShares, host.PidsLimit));
        Assert.Equal(("0-1", 1L << 20, true), (host.CpusetCpus, host.ShmSize, host.OomKillDisable));
        Assert.Null(Build("x").HostConfig!.PidsLimit);
    }

    [Fact]
    public void NetworkOptionsMeanTheFirstNetwork()
    {
        ContainerCreateRequest request =
            Build("--net", "one", "--network", "name=two,alias=t", "--ip", "10.0.0.2", "--network-alias", "a", "x");
        Assert.Equal("one", request.HostConfig!.NetworkMode);
        Assert.Equal("10.0.0.2", request.NetworkingConfig!.EndpointsConfig!["one"]!.IPAMConfig!.IPv4Address);
        Assert.Equal(["t"], request.NetworkingConfig.EndpointsConfig["two"]!.Aliases);
        Assert.Null(Build("--net=host", "x").NetworkingConfig);
    }

    [Fact]
    public void Health()
    {
        HealthConfig health = Build("--health-cmd", "curl x", "--health-interval=5s", "--health-retries", "2", "x").Healthcheck!;
        Assert.Equal(["CMD-SHELL", "curl x"], health.Test);
        Assert.Equal((5_000_000_000, 2), (health.Interval, health.Retries));
        Assert.Equal(["NONE"], Build("--no-healthcheck", "x").Healthcheck!.Test);
    }

    [Fact]
    public void UnconfinedSystemPathsAreNoPaths()
    {
        HostConfig host = Build("--security-opt", "systempaths=unconfined", "--security-opt", "no-new-privileges", "--security-opt",
            "seccomp:unconfined", "x").HostConfig!;
        Assert.Equal([], host.MaskedPaths);
        Assert.Equal(["no-new-privileges", "seccomp=unconfined"], host.SecurityOpt);
    }

    [Theory]
    [InlineData("conflicting options: cannot specify both --restart and --rm", "--rm --restart always x")]
    [InlineData("--no-healthcheck conflicts with --health-* options", "--no-healthcheck --health-cmd a x")]
    [InlineData("invalid logging opts for driver none", "--log-driver none --log-opt a=b x")]
    [InlineData("Invalid --security-opt: \"foo\"", "--security-opt foo x")]
    [InlineData("open /nonexistent: no such file or directory", "--env-file /nonexistent x")]
    [InlineData("network \"a\" is specified multiple times", "--net a --net a x")]
    public void Refuses(string message, string line) =>
        Assert.Equal(message, Assert.Throws<CliException>(() => Build(line.Split(' '))).Message);
}
