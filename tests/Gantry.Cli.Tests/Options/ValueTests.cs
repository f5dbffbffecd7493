using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Options;
using Xunit;

namespace Gantry.Cli.Tests.Options;

public sealed class ValueTests
{
    [Theory]
    [InlineData("1.5", 1_500_000_000)]
    [InlineData("0.1", 100_000_000)]
    [InlineData("2", 2_000_000_000)]
    public void Processors(string text, long nano) => Assert.Equal(nano, NanoCpus.Parse(text));

    [Theory]
    [InlineData("abc")]
    [InlineData("0.0000000001")]
    [InlineData("-1")]
    public void RefusesProcessors(string text) => Assert.Throws<FormatException>(() => NanoCpus.Parse(text));

    [Theory]
    [InlineData("nofile=10", 10, 10)]
    [InlineData("nofile=10:20", 10, 20)]
    [InlineData("core=-1", -1, -1)]
    [InlineData("core=5:-1", 5, -1)]
    public void Ulimits(string text, long soft, long hard)
    {
        Ulimit limit = LimitFlags.Ulimit(text);
        Assert.Equal((soft, hard), (limit.Soft, limit.Hard));
    }

    [Theory]
    [InlineData("nofile")]
    [InlineData("foo=1")]
    [InlineData("nofile=2:1")]
    [InlineData("nofile=x")]
    [InlineData("nofile=1:2:3")]
    public void RefusesUlimits(string text) => Assert.Throws<FormatException>(() => LimitFlags.Ulimit(text));

    [Theory]
    [InlineData("/dev/a", "/dev/a", "/dev/a", "rwm")]
    [InlineData("/dev/a:/dev/b", "/dev/a", "/dev/b", "rwm")]
    [InlineData("/dev/a:r", "/dev/a", "/dev/a", "r")]
    [InlineData("/dev/a:/dev/b:rw", "/dev/a", "/dev/b", "rw")]
    public void Devices(string text, string host, string inside, string mode)
    {
        DeviceMapping mapping = LimitFlags.Mapping(text);
        Assert.Equal((host, inside, mode), (mapping.PathOnHost, mapping.PathInContainer, mapping.CgroupPermissions));
    }

    [Theory]
    [InlineData("/dev/a:/dev/b:q")]
    [InlineData("/dev/a:/dev/b:rr")]
    [InlineData("/dev/a:b")]
    [InlineData(":/dev/b")]
    public void RefusesDevices(string text) => Assert.Throws<FormatException>(() => LimitFlags.Mapping(text));

    [Theory]
    [InlineData("a:1.2.3.4", "a:1.2.3.4")]
    [InlineData("a=1.2.3.4", "a:1.2.3.4")]
    [InlineData("a:::1", "a:::1")]
    [InlineData("a=[::1]", "a:::1")]
    [InlineData("a:host-gateway", "a:host-gateway")]
    public void Hosts(string text, string expected) => Assert.Equal(expected, HostFlags.ExtraHost(text));

    [Theory]
    [InlineData("a")]
    [InlineData(":1.2.3.4")]
    [InlineData("a:x")]
    [InlineData("a:1.2.3")]
    public void RefusesHosts(string text) => Assert.Throws<FormatException>(() => HostFlags.ExtraHost(text));

    [Theory]
    [InlineData("on-failure:3", "on-failure", 3)]
    [InlineData("always", "always", 0)]
    [InlineData("", "", 0)]
    public void Restart(string text, string name, int count)
    {
        RestartPolicy policy = HostFlags.Restart(text);
        Assert.Equal((name, count), (policy.Name, policy.MaximumRetryCount));
    }

    [Theory]
    [InlineData("on-failure:x")]
    [InlineData(":3")]
    public void RefusesRestart(string text) => Assert.Throws<FormatException>(() => HostFlags.Restart(text));

    [Fact]
    public void ANetworkWithOptions()
    {
        NetworkFlag network = NetworkFlag.Parse("name=net,alias=a,alias=b,ip=10.0.0.2,driver-opt=k=v,gw-priority=-1");
        Assert.Equal(("net", "10.0.0.2", -1), (network.Name, network.Endpoint.IPAMConfig!.IPv4Address, network.Endpoint.GwPriority));
        Assert.Equal(["a", "b"], network.Endpoint.Aliases);
        Assert.False(NetworkFlag.Parse("container:abc").HasOptions);
        Assert.Throws<FormatException>(() => NetworkFlag.Parse("name=net,foo=1"));
        Assert.Throws<FormatException>(() => NetworkFlag.Parse("alias=a,name="));
    }

    [Fact]
    public void VariablesOfFilesComeFirst()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# comment\n\n  A=1\nB=with = and spaces\nNOT_SET_ANYWHERE\n");
            Environment.SetEnvironmentVariable("GANTRY_TEST_SET", "yes");
            Assert.Equal(["A=1", "B=with = and spaces", "A=2", "GANTRY_TEST_SET=yes", "NOT_SET_EITHER"],
                KeyValues.Environment([file], ["A=2", "GANTRY_TEST_SET", "NOT_SET_EITHER"]));
            // A carriage return ends a line only beside a line feed.
            File.WriteAllText(file, "A=1\rB=2\r\nC=3\r\n");
            Assert.Equal(["A=1\rB=2", "C=3"], KeyValues.Environment([file], []));
            File.WriteAllText(file, "a b=1\n");
            Assert.Contains("contains whitespaces", Assert.Throws<CliException>(() => KeyValues.Environment([file], [])).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
