using Gantry.Build.Graph;
using Gantry.Build.Sessions;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GraphApi;
using Google.Protobuf;

namespace Gantry.BuildKit.Tests.Definitions;

public sealed class SourcePlannerTests
{
    private readonly Definer _graph = new();

    [Fact]
    public async Task AnImageIsATreeWithAsManyLayersAsAreWanted()
    {
        Op op = new()
        {
            Source = new SourceOp { Identifier = "docker-image://a", Attrs = { ["image.resolvemode"] = "pull",
                ["image.layerlimit"] = "1" } },
            Platform = new Platform { OS = "linux", Architecture = "arm", Variant = "v7" },
        };
        PlannedGraph planned = await _graph.PlanAsync(_graph.Add(op));
        Assert.Single(Assert.IsType<TreeVertex>(planned.Target).Tree.Layers);
        Assert.Equal(["image a linux/arm/v7 True"], _graph.Asked);
        Assert.Equal("docker-image://a", Assert.Single(planned.Steps).Title);
    }

    [Fact]
    public async Task ADirectoryOfTheClientIsAContextAndATreeWhereOneIsNeeded()
    {
        Input local = _graph.Source("local://src", ("local.includepattern", """["a","b"]"""), ("local.excludepatterns", """["c"]"""),
            ("local.followpaths", """["d"]"""), ("local.unique", "x"), ("local.session", "own"), ("local.sharedkeyhint", "k"));
        _graph.Definition.Def.Add(new Op { Inputs = { local } }.ToByteString());
        GraphOrder order = new(_graph.Definition);
        FilesRequest request = Assert.Single(order.Locals).Value;
        Assert.Equal(("src", "a,b", "c", "d"), (request.Name, string.Join(',', request.Include), string.Join(',', request.Exclude),
            string.Join(',', request.Follow)));
        PlannedGraph planned = await order.PlanAsync(_graph, "own", new HashSet<string>(), TestContext.Current.CancellationToken);
        CopyVertex copy = Assert.IsType<CopyVertex>(planned.Target);
        Assert.Equal(new ContextSource(["."], local.Digest).Name, Assert.IsType<ContextSource>(copy.Sources[0]).Name);
    }

    [Fact]
    public async Task FilesOfTheNetworkHaveTheNameOwnerAndModeThatIsSaid()
    {
        CopyVertex plain = Assert.IsType<CopyVertex>((await _graph.PlanAsync(_graph.Source("https://h/a/b%20c?d=e"))).Target);
        Assert.Equal(("/b c", "0:0", null), (plain.Destination, plain.Owner, plain.Mode));
        Assert.False(plain.Unpack);
        Definer other = new();
        CopyVertex said = Assert.IsType<CopyVertex>((await other.PlanAsync(other.Source("http://h/", ("http.filename", "f"),
            ("http.perm", "0751"), ("http.uid", "7"), ("http.gid", "8"), ("http.checksum", "sha256:1")))).Target);
        Assert.Equal(("/f", "7:8", "0751", "sha256:1"),
            (said.Destination, said.Owner, said.Mode, Assert.IsType<AddressSource>(said.Sources[0]).Checksum));
    }

    [Fact]
    public async Task RepositoriesHaveTheClientsSecretsInTheirAddressAlone()
    {
        _graph.Secrets.Add("T", "to/ken"u8.ToArray());
        PlannedGraph planned = await _graph.PlanAsync(_graph.Source("git://h/r.git#main:sub", ("git.fullurl", "https://h/r.git"),
            ("git.authtokensecret", "T"), ("git.authheadersecret", "H"), ("git.keepgitdir", "true"), ("git.checksum", "ABCDEF0")));
        RepositorySource source = Assert.IsType<RepositorySource>(Assert.IsType<CopyVertex>(planned.Target).Sources[0]);
        Assert.Equal(("https://h/r.git", "main", "sub", true, "abcdef0"),
            (source.Address.Shown, source.Address.Reference, source.Address.Directory, source.KeepGit, source.Commit));
        Assert.Equal("https://x-access-token:to%2Fken@h", source.Address.Credentials);
        Definer other = new();
        other.Secrets.Add("H.h", "Basic YTpi"u8.ToArray());
        planned = await other.PlanAsync(other.Source("git://h/r", ("git.authheadersecret", "H")));
        Assert.Equal("https://a:b@h", Assert.IsType<RepositorySource>(((CopyVertex)planned.Target).Sources[0]).Address.Credentials);
    }

    [Theory]
    [InlineData("nosuch://a", "is not known here"), InlineData("", "is not known here"), InlineData("local://", "has no name")]
    [InlineData("docker-image://a", "image.checksum=x", "image.checksum", "x")]
    [InlineData("docker-image://a", "image.resolvemode=x", "image.resolvemode", "x")]
    [InlineData("docker-image://a", "invalid image.layerlimit", "image.layerlimit", "-1")]
    [InlineData("local://a", "is of another session", "local.session", "other")]
    [InlineData("local://a", "is no list", "local.followpaths", "{"), InlineData("local://a", "is no list", "local.includepattern", "[1]")]
    [InlineData("local://a", "local.metadatatransfer=true", "local.metadatatransfer", "true")]
    [InlineData("https://h/a", "cannot be called ..", "http.filename", ".."), InlineData("https://h/a", "a/b", "http.filename", "a/b")]
    [InlineData("https://h/a", "invalid http.perm", "http.perm", "8"), InlineData("https://h/a", "http.header.x=y", "http.header.x", "y")]
    [InlineData("git://h/a", "git.mtime=x", "git.mtime", "x"), InlineData("git://h/a", "invalid address", "git.fullurl", "file:///etc")]
    [InlineData("git://h/a", "not fetched over ssh", "git.fullurl", "git@h:a"), InlineData("git://h/a#--x", "invalid refspec")]
    [InlineData("oci-layout://a", "needs a digest"), InlineData("docker-image://a\0b", "has a NUL")]
    public async Task WhatIsNotDoneIsRefusedByItsName(string address, string reason, string? name = null, string value = "")
    {
        Input source = name is null ? _graph.Source(address) : _graph.Source(address, (name, value));
        Assert.Contains(reason, (await _graph.RefusedAsync(source)).Message);
    }
}
