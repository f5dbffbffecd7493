using Gantry.Api.Builds;
using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Xunit;

namespace Gantry.Cli.Tests.Builds;

public sealed class BuildFlagsTests
{
    private static BuildRequest Read(params string[] arguments)
    {
        FlagSet flags = new();
        BuildFlags build = new(flags);
        Assert.NotNull(FlagParser.Parse(flags, arguments, stopAtOperand: false));
        return build.ToRequest();
    }

    [Fact]
    public void WithoutOptionsContainersAreRemovedAndNothingElseIsAsked()
    {
        BuildRequest request = Read();
        Assert.True(request.Remove);
        Assert.False(request.NoCache || request.Pull || request.ForceRemove || request.Squash);
        Assert.Equal("default", request.NetworkMode);
    }

    [Fact]
    public void AsPeopleTypeIt()
    {
        BuildRequest request = Read("-t=v0.1", "--tag", "other:1", "--no-cache=true", "--rm=false", "-m", "1g", "--memory-swap", "-1",
            "-c", "5", "--label", "a=b", "--label", "alone", "--ulimit", "nofile=1:2", "--add-host", "h=1.2.3.4", "--cache-from", "x,y",
            "--cache-from", "type=registry,ref=z", "--security-opt", "a=b,c=d", "--isolation", "default");
        Assert.Equal(["v0.1", "other:1"], request.Tags);
        Assert.True(request.NoCache);
        Assert.False(request.Remove);
        Assert.Equal((1L << 30, -1L, 5L), (request.Memory, request.MemorySwap, request.CpuShares));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "b", ["alone"] = "" }, request.Labels);
        Assert.Equal(["h:1.2.3.4"], request.ExtraHosts);
        Assert.Equal(["x", "y", "z"], request.CacheFrom);
        Assert.Equal(["a=b", "c=d"], request.SecurityOptions);
        Assert.Null(request.Isolation);
        Assert.Equal(2, request.Ulimits[0].Hard);
    }

    [Fact]
    public void CachesComeAndGo()
    {
        BuildRequest request = Read(
            "--cache-from", "type=registry,ref=z", "--cache-from", "type=local,src=d", "--cache-to", "r:1", "--cache-to",
            "type=registry,ref=s,mode=max,ignore-error=true", "--cache-to", "type=inline", "--cache-to", "type=local,dest=o");
        // By its name alone for daemons that know no more.
        Assert.Equal(["z"], request.CacheFrom);
        Assert.Equal([("registry", "z")], request.CacheImports.Select(cache => (cache.Type, cache.Ref)));
        Assert.Equal([("registry", "r:1", false, false), ("registry", "s", true, true), ("local", "", false, false)],
            request.CacheExports.Select(cache => (cache.Type, cache.Ref, cache.All, cache.IgnoreError)));
    }

    [Fact]
    public void ANameAloneIsTakenFromTheEnvironmentWhereThatHasIt()
    {
        Environment.SetEnvironmentVariable("GANTRY_TEST_ARGUMENT", "of the environment");
        Assert.Equal(new Dictionary<string, string?> { ["A"] = "b=c", ["GANTRY_TEST_ARGUMENT"] = "of the environment", ["NOBODYS"] = null },
            Read("--build-arg", "A=b=c", "--build-arg", "GANTRY_TEST_ARGUMENT", "--build-arg", "NOBODYS").Arguments);
    }

    [Theory]
    [InlineData("-t", "UPPER", "invalid reference format: repository name (library/UPPER) must be lowercase")]
    [InlineData("-t", "a b", "invalid reference format")]
    [InlineData("-t", "a:", "invalid reference format")]
    [InlineData("--build-arg", "=3", "invalid environment variable: =3")]
    [InlineData("--label", "=3", "invalid label '=3': empty name")]
    [InlineData("--cache-from", "type=gha", "a cache of type \"gha\" is not supported: registry and local are")]
    [InlineData("--cache-from", "type=local", "src is required for local")]
    [InlineData("--cache-to", "type=gha", "a cache of type \"gha\" is not supported: inline, registry and local are")]
    [InlineData("--cache-to", "type=inline,mode=max", "\"mode=max\" means nothing for inline")]
    [InlineData("--cache-to", "type=registry,ref=x,mode=most", "\"mode=most\" means nothing for registry")]
    [InlineData("--cache-to", "type=local,dest=d,compression=zstd", "\"compression\" is not supported")]
    public void RefusedBeforeAnythingIsSent(string option, string value, string reason) =>
        Assert.Contains(reason, Assert.Throws<UsageException>(() => Read(option, value)).Message);

    [Theory]
    [InlineData("a")]
    [InlineData("a.b_c__d---e:T.a-g_1")]
    [InlineData("localhost/a")]
    [InlineData("registry.example:5000/team/app:v1")]
    [InlineData("HOST/a")]
    public void GoodNames(string name) => Assert.Equal(name, ImageName.Check(name));

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a..b")]
    [InlineData("a___b")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("a:b:c")]
    [InlineData("a:-b")]
    [InlineData("a:é")]
    public void BadNames(string name) => Assert.Throws<FormatException>(() => ImageName.Check(name));
}
