using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.CapsApi;

namespace Gantry.BuildKit.Services;

/// <summary>What clients look for before they ask for it.</summary>
internal static class Capabilities
{
    private static readonly string[] OfGateway =
    [
        "solve.base", "resolveimage", "resolveimage.resolvemode", "readfile", "return", "returnmap", "readdir", "statfile", "importcaches",
        "proto.refarray", "reference.output", "frontend.inputs", "gateway.solve.metadata", "frontend.caps", "gateway.solve.evaluate",
        "gateway.evaluate", "gateway.warnings", "source.metaresolver",
    ];

    public static IEnumerable<APICap> Gateway => OfGateway.Select(Enabled);

    public static IEnumerable<APICap> Graphs => GraphCapabilities.All.Select(Enabled);

    private static APICap Enabled(string id) => new() { ID = id, Enabled = true };
}
