using Gantry.Build.Graph;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GraphApi;
using Gantry.Oci.Image;
using Google.Protobuf;
using FileAction = Gantry.BuildKit.Protocol.GraphApi.FileAction;

namespace Gantry.BuildKit.Tests.Definitions;

/// <summary>Writes definitions as clients do, and has them planned with nothing around.</summary>
internal sealed class Definer : IGraphSources
{
    private readonly Definition _definition = new();

    public List<string> Asked { get; } = [];

    public Dictionary<string, byte[]> Secrets { get; } = [];

    public HashSet<string> Entitlements { get; } = [];

    public Definition Definition => _definition;

    public Input Add(Op op, params IEnumerable<Input> inputs)
    {
        op.Inputs.AddRange(inputs);
        ByteString bytes = op.ToByteString();
        _definition.Def.Add(bytes);
        return new Input { Digest = Digest.Of(bytes.Span) };
    }

    public Input Source(string address, params (string Name, string Value)[] attributes)
    {
        SourceOp source = new() { Identifier = address };
        foreach ((string name, string value) in attributes) source.Attrs.Add(name, value);
        return Add(new Op { Source = source });
    }

    public static ExecOp Exec(params IReadOnlyList<Mount> mounts)
    {
        ExecOp exec = new() { Meta = new Meta { Args = { "make" }, Cwd = "/src" } };
        exec.Mounts.AddRange(mounts.Count > 0 ? mounts : [new Mount { Dest = "/", Input = 0 }]);
        return exec;
    }

    public static FileAction File(long input, string path, long output = -1, long second = -1) => new()
    {
        Input = input, SecondaryInput = second, Output = output, Mkfile = new FileActionMkFile { Path = path, Mode = 0x1a4,
            Timestamp = -1 },
    };

    public OpMetadata Metadata(Input of)
    {
        if (!_definition.Metadata.TryGetValue(of.Digest, out OpMetadata? metadata)) _definition.Metadata.Add(of.Digest, metadata = new());
        return metadata;
    }

    public async Task<PlannedGraph> PlanAsync(Input result)
    {
        _definition.Def.Add(new Op { Inputs = { result } }.ToByteString());
        return await new GraphOrder(_definition).PlanAsync(this, "own", Entitlements, TestContext.Current.CancellationToken);
    }

    /// <returns>Why it is refused.</returns>
    public async Task<GantryException> RefusedAsync(Input result) =>
        await Assert.ThrowsAsync<GantryException>(() => PlanAsync(result));

    public Task<BuiltTree> FindImageAsync(string reference, string? platform, bool pull, CancellationToken cancellation)
    {
        Asked.Add($"image {reference} {platform} {pull}");
        string digest = Digest.Of("layer"u8);
        return Task.FromResult(BuiltTree.Empty.With(new TreeLayer(digest, new Descriptor { Digest = digest }))
            .With(new TreeLayer(digest, new Descriptor { Digest = digest })));
    }

    public Task<BuiltTree> FindLayoutAsync(string store, string digest, string? platform, CancellationToken cancellation)
    {
        Asked.Add($"layout {store} {digest}");
        return Task.FromResult(BuiltTree.Empty);
    }

    public BuiltTree FindResult(string name)
    {
        Asked.Add($"result {name}");
        return BuiltTree.Empty;
    }

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation) => Task.FromResult(Secrets.GetValueOrDefault(id));

    public RunSurroundings Surround(AskedSurroundings asked)
    {
        Asked.Add(string.Join(' ', [asked.Network, asked.Hostname, .. asked.Hosts, .. asked.Ulimits.Select(one => $"{one}"),
            asked.CgroupParent]));
        return new RunSurroundings { Network = asked.Network, Hostname = asked.Hostname };
    }
}
