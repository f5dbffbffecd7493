using Gantry.Build.Space;
using Gantry.Daemon.Configuration;
using Gantry.Network.Networks;

namespace Gantry.Daemon.Tests.Configuration;

public sealed class OptionsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gantry-options-").FullName;

    private string FilePath => $"{_directory}/daemon.json";

    private DaemonOptions Read(string file, params string[] arguments)
    {
        File.WriteAllText(FilePath, file);
        return OptionsReader.Read(["--config-file", FilePath, .. arguments]);
    }

    private string Refusal(string file, params string[] arguments) => Assert.Throws<GantryException>(() => Read(file, arguments)).Message;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void FlagsHaveAllTheFormsOfDockers()
    {
        DaemonOptions options = Read("{}", "-H", "unix:///a", "--host=tcp://127.0.0.1:1", "-Hunix:///b", "-D", "--icc=false", "-g",
            "/data", "--log-opt", "max-size=5m", "--default-ulimit", "nofile=1:2");
        Assert.Equal(["unix:///a", "tcp://127.0.0.1:1", "unix:///b"], options.Hosts);
        Assert.True(options.Debug);
        Assert.False(options.InterContainer);
        Assert.Equal("/data", options.DataRoot);
        Assert.Equal("5m", options.LogOptions["max-size"]);
        Assert.Equal("1:2", options.DefaultUlimits["nofile"]);
    }

    [Fact]
    public void TheOldSpellingOfADaemonIsUnderstood() =>
        Assert.Equal(["tcp://192.168.56.50:2375"], Read("{}", "-H", "tcp://192.168.56.50:2375", "-d").Hosts);

    [Fact]
    public void AFileOfDockersIsUnderstood()
    {
        DaemonOptions options = Read("""
            {"data-root": "/x", "hosts": ["unix:///s"], "debug": true, "mtu": 1400, "dns": ["10.0.0.1"], "labels": ["a=b"],
             "log-opts": {"max-size": "1m", "max-file": "3"}, "runtimes": {"other": {"path": "/usr/bin/crun"}},
             "default-ulimits": {"nofile": {"Name": "nofile", "Hard": 20, "Soft": 10}}, "registry-mirrors": ["https://m"],
               "live-restore": true, "default-shm-size": "128M"}
            """);
        Assert.Equal("/x", options.DataRoot);
        Assert.Equal(1400, options.Mtu);
        Assert.Equal("/usr/bin/crun", options.Runtimes["other"]);
        Assert.Equal("10:20", options.DefaultUlimits["nofile"]);
        Assert.Equal(128L << 20, options.ShmSize);
        Assert.Single(options.WithoutEffect);
    }

    [Fact]
    public void WhatConcernsRegistriesIsUnderstood()
    {
        DaemonOptions options = Read("""
            {"max-concurrent-downloads": 1, "max-concurrent-uploads": 0, "max-download-attempts": 7, "push-compression": "zstd",
             "proxies": {"http-proxy": "http://p:1", "https-proxy": "q:2", "no-proxy": "a,b"}}
            """);
        Assert.Equal((1, 5, 7, "zstd"),
            (options.MaxConcurrentDownloads, options.MaxConcurrentUploads, options.MaxDownloadAttempts, options.PushCompression));
        Assert.Equal(("http://p:1", "q:2", "a,b"), (options.HttpProxy, options.HttpsProxy, options.NoProxy));
        Assert.Empty(options.WithoutEffect);
        Assert.Equal("http://p:3", Read("{}", "--http-proxy", "http://p:3").HttpProxy);
    }

    [Theory]
    [InlineData("{\"proxies\": 1}")]
    [InlineData("{\"proxies\": {\"ftp-proxy\": \"x\"}}")]
    [InlineData("{\"proxies\": {\"http-proxy\": \"gopher://x\"}}")]
    [InlineData("{\"proxies.http-proxy\": \"http://x\"}")]
    [InlineData("{\"max-concurrent-downloads\": -1}")]
    [InlineData("{\"push-compression\": \"brotli\"}")]
    public void WhatIsWrongAboutRegistriesIsRefused(string file) => Assert.NotEmpty(Refusal(file));

    [Fact]
    public void WhatConcernsNetworksIsUnderstood()
    {
        DaemonOptions options = Read("""
            {"bip": "10.9.0.1/16", "fixed-cidr": "10.9.8.0/24", "ipv6": true, "fixed-cidr-v6": "fd00:9::/64", "mtu": 0, "dns": ["::1"],
             "default-address-pools": [{"base": "10.77.5.0/16", "size": 24}, {"base": "fd77::/48", "size": 64}]}
            """);
        NetworkOptions networks = NetworkSettings.Of(options);
        Assert.Equal(("10.9.0.1/16", "10.9.8.0/24", true, "fd00:9::/64", 1500), ($"{networks.BridgeAddress}", $"{networks.FixedRange}",
            networks.IPv6, $"{networks.FixedRange6}", networks.Mtu));
        Assert.Equal(["10.77.0.0/16 24", "fd77::/48 64"], networks.Pools.Select(pool => $"{pool.Base} {pool.Size}"));
        Assert.Empty(options.WithoutEffect);
        options = Read("{}", "--default-address-pool", "base=10.77.0.0/16,size=24", "--default-address-pool=size=20,base=10.78.0.0/16",
            "--fixed-cidr=10.9.8.0/24");
        Assert.Equal(["10.77.0.0/16 24", "10.78.0.0/16 20"],
            NetworkSettings.Of(options).Pools.Select(pool => $"{pool.Base} {pool.Size}"));
        Assert.Equal("10.9.8.0/24", $"{options.FixedRange}");
        Assert.Single(Read("""{"fixed-cidr-v6": "fd00:9::/64"}""").WithoutEffect);
    }

    /// <summary>In dockerd's words where it refuses them too; some it finds only when it makes the network, others never.</summary>
    [Theory]
    [InlineData("""{"dns": ["x"]}""", "x is not an ip address")]
    [InlineData("""{"dns": [""]}""", " is not an ip address")]
    [InlineData("""{"ip": "x"}""", "x is not an ip address")]
    [InlineData("""{"bip": "x"}""", "invalid CIDR address: x")]
    [InlineData("""{"bip": "172.30.0.0/24"}""", "failed to allocate gateway (172.30.0.0): Address already in use")]
    [InlineData("""{"bip": "172.30.0.255/24"}""", "failed to allocate gateway (172.30.0.255): Address already in use")]
    [InlineData("""{"bip": "127.0.0.1/8"}""", "127.0.0.0/8 are loopback addresses, which no container can have")]
    [InlineData("""{"bip": "fd00::1/64"}""", "the default bridge needs an IPv4 address, not fd00::1/64")]
    [InlineData("""{"mtu": -1}""", "invalid MTU number: -1: 68 to 65535 are possible")]
    [InlineData("""{"mtu": 67}""", "invalid MTU number: 67: 68 to 65535 are possible")]
    [InlineData("""{"mtu": 70000}""", "invalid MTU number: 70000: 68 to 65535 are possible")]
    [InlineData("""{"mtu": 1279, "ipv6": true}""", "invalid MTU number: 1279: 1280 to 65535 are possible with IPv6")]
    [InlineData("""{"fixed-cidr": "x"}""", "invalid CIDR address: x")]
    [InlineData("""{"fixed-cidr": "fd00::/64"}""", "fixed-cidr needs an IPv4 subnet, not fd00::/64")]
    [InlineData("""{"bip": "10.9.0.1/16", "fixed-cidr": "10.10.8.0/24"}""", "pool range 10.10.8.0/24 is not in the subnet 10.9.0.0/16")]
    [InlineData("""{"fixed-cidr-v6": "10.0.0.0/24"}""", "fixed-cidr-v6 needs an IPv6 subnet, not 10.0.0.0/24")]
    [InlineData("""{"default-address-pools": [{"base": "10.77.0.0/16"}]}""", "size: 0: 16 to 30 are possible for 10.77.0.0/16")]
    [InlineData("""{"default-address-pools": [{"base": "10.77.0.0/16", "size": 8}]}""", "invalid pools size: 8: ")]
    [InlineData("""{"default-address-pools": [{"base": "10.77.0.0/16", "size": 33}]}""", "invalid pools size: 33: ")]
    [InlineData("""{"default-address-pools": [{"base": "x", "size": 24}]}""", "invalid CIDR address: x")]
    [InlineData("""{"default-address-pools": [{"base": "127.0.0.0/8", "size": 24}]}""", "loopback addresses")]
    [InlineData("""{"default-address-pools": [{"size": 24}]}""", "names no base")]
    [InlineData("""{"default-address-pools": [{"base": "10.77.0.0/16", "size": 24, "foo": 1}]}""", "unexpected key 'foo' in 'foo=1'")]
    [InlineData("""{"default-address-pools": [{"base": "10.77.0.0/16", "size": "x"}]}""", "invalid size value: \"x\" (must be integer)")]
    [InlineData("""{"default-address-pools": [7]}""", "invalid field '7' must be a key=value pair")]
    [InlineData("""{"default-address-pools": [[]]}""", "wrong type")]
    public void WhatIsWrongAboutNetworksIsRefused(string file, string why) => Assert.Contains(why, Refusal(file));

    [Fact]
    public void WithoutAHostThereIsTheUsualSocket() => Assert.Equal(["unix:///run/gantry.sock"], Read("{}").Hosts);

    [Fact]
    public void UnknownKeysAreNamedInDockersWords() =>
        Assert.EndsWith("the following directives don't match any configuration option: colour, size",
            Refusal("{\"colour\": 1, \"debug\": true, \"size\": 2}"));

    [Fact]
    public void WhatIsSaidTwiceIsRefusedInDockersWords()
    {
        string message = Refusal("{\"debug\": false, \"hosts\": [\"unix:///a\"]}", "--debug", "-H", "unix:///b");
        Assert.Contains("the following directives are specified both as a flag and in the configuration file: ", message);
        Assert.Contains("debug: (from flag: true, from file: false)", message);
        Assert.Contains("hosts: (from flag: [unix:///b], from file: [unix:///a])", message);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"debug\": {}}")]
    [InlineData("{\"mtu\": \"many\"}")]
    [InlineData("{\"dns\": [{}]}")]
    [InlineData("{\"log-level\": \"loud\"}")]
    public void ADamagedFileIsRefused(string file) => Assert.NotEmpty(Refusal(file));

    [Theory]
    [InlineData("--colour")]
    [InlineData("--data-root")]
    [InlineData("--debug=perhaps")]
    [InlineData("--log-opt=novalue")]
    [InlineData("container")]
    public void WrongFlagsAreRefused(string argument) => Assert.NotEmpty(Refusal("{}", argument));

    [Fact]
    public void AMissingFileMattersOnlyToWhoAskedForIt() =>
        Assert.Contains("no such file",
            Assert.Throws<GantryException>(() => OptionsReader.Read(["--config-file", "/nowhere/daemon.json"])).Message);

    [Fact]
    public void TheCacheOfBuildsIsBounded()
    {
        CacheBound usual = CachePolicy.UsualBound(1L << 40);
        Assert.Equal(4, Read("{}").Builder.Rules(1L << 40).Count);
        Assert.Equal(usual, Read("{}").Builder.Rules(1L << 40)[^1].Bound);
        Assert.Equal(new CacheBound(20L << 30),
            Read("""{"builder": {"gc": {"enabled": true, "defaultKeepStorage": "20GB"}}}""").Builder.Rules(1)[^1].Bound);
        Assert.Equal(new CacheBound(1 << 20, 2 << 20, 5), Read("""
            {"builder": {"GC": {"DefaultReservedSpace": "1MB", "defaultKeepStorage": "7MB", "defaultMaxUsedSpace": "2m",
             "defaultMinFreeSpace": 5}}}
            """).Builder.Rules(1)[^1].Bound);
        Assert.Empty(Read("""{"builder": {"gc": {"enabled": false, "policy": [{"all": true}]}}}""").Builder.Rules(1));

        IReadOnlyList<CacheRule> rules = Read("""
            {"builder": {"gc": {"policy": [{"keepStorage": "10GB", "filter": ["unused-for=48h", "type=exec.cachemount"]},
             {"maxUsedSpace": "1GB", "minFreeSpace": "2GB", "reservedSpace": "3GB", "all": true,
              "filter": {"private": {"true": true}}}, {}]}}}
            """).Builder.Rules(1);
        Assert.Equal([new CacheBound(10L << 30), new CacheBound(3L << 30, 1L << 30, 2L << 30), CacheBound.None],
            rules.Select(rule => rule.Bound));
        Assert.Equal((TimeSpan.FromHours(48), "exec.cachemount", false),
            (rules[0].Filter.UnusedFor, Assert.Single(rules[0].Filter.Kinds), rules[0].Filter.All));
        Assert.Equal((true, false), (rules[1].Filter.All, rules[1].Filter.IsShared));
    }

    [Theory]
    [InlineData("7", "the value of builder has the wrong type")]
    [InlineData("""{"gcc": {}}""", "builder.gcc")]
    [InlineData("""{"gc": 7}""", "the value of builder.gc has the wrong type")]
    [InlineData("""{"gc": {"nope": 1}}""", "builder.gc.nope")]
    [InlineData("""{"gc": {"enabled": "yes"}}""", "the value of builder.gc.enabled has the wrong type")]
    [InlineData("""{"gc": {"defaultKeepStorage": "much"}}""", "invalid value for builder.gc.defaultKeepStorage: \"much\" is not a size")]
    [InlineData("""{"gc": {"policy": {}}}""", "the value of builder.gc.policy has the wrong type")]
    [InlineData("""{"gc": {"policy": [{"nope": 1}]}}""", "builder.gc.policy.nope")]
    [InlineData("""{"gc": {"policy": [{"filter": ["nope=1"]}]}}""", "invalid filter 'nope'")]
    [InlineData("""{"gc": {"policy": [{"filter": ["until=x"]}]}}""", "filter expects a duration")]
    [InlineData("""{"gc": {"policy": [{"filter": [7]}]}}""", "wrong type")]
    public void ABoundThatMakesNoSenseIsRefused(string builder, string why) =>
        Assert.Contains(why, Refusal($"{{\"builder\": {builder}}}", "--validate"));

    [Fact]
    public void WhatElseConcernsDockersBuilderIsWarnedOf() => Assert.Equal(2, Read("""
        {"builder": {"entitlements": {"network-host": true}, "history": {"maxAge": "48h"}, "gc": {}}}
        """).WithoutEffect.Count);
}
