using System.Text.Json;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Solving;
using Gantry.Oci.Image;
using Google.Protobuf;

namespace Gantry.BuildKit.Services;

/// <summary>Results as a client is told of them that is the front end itself.</summary>
internal static class ResultAnswer
{
    /// <summary>What the image is to say.</summary>
    public const string Configuration = "containerimage.config";

    /// <summary>Which platforms there are, and by which names their results go.</summary>
    private const string Platforms = "refs.platforms";

    /// <param name="id">Of the result; empty for none.</param>
    public static SolveResponse Of(SolveRequest request, ISolvedBuild? result, string id)
    {
        if (result is not { HasFiles: true }) id = "";
        if (!request.AllowResultReturn) return new SolveResponse { Ref = id };
        Result answer = new();
        if (!request.AllowResultArrayRef) answer.RefDeprecated = id;
        else answer.Ref = id.Length > 0 ? new Ref { Id = id, Def = SourceGraph.Of(id) } : new Ref();
        if (result?.Configuration is { } configuration)
            answer.Metadata.Add(Configuration, UnsafeByteOperations.UnsafeWrap(configuration));
        foreach ((string name, byte[] value) in result?.Answers ?? new Dictionary<string, byte[]>())
            answer.Metadata.Add(name, UnsafeByteOperations.UnsafeWrap(value));
        return new SolveResponse { Result = answer };
    }

    /// <param name="parts">Each with its name among the build's results.</param>
    public static SolveResponse OfPlatforms(SolveRequest request, IReadOnlyList<(ISolvedBuild Part, string Id)> parts)
    {
        if (!request.AllowResultReturn)
            throw GantryException.Unsupported("a client that takes one result alone cannot build for several platforms");
        Result answer = new();
        if (request.AllowResultArrayRef) answer.Refs = new RefMap();
        else answer.RefsDeprecated = new RefMapDeprecated();
        foreach ((ISolvedBuild part, string id) in parts)
        {
            if (request.AllowResultArrayRef) answer.Refs.Refs.Add(part.Platform, new Ref { Id = id, Def = SourceGraph.Of(id) });
            else answer.RefsDeprecated.Refs.Add(part.Platform, id);
            answer.Metadata.Add($"{Configuration}/{part.Platform}", UnsafeByteOperations.UnsafeWrap(part.Configuration));
        }
        answer.Metadata.Add(Platforms, UnsafeByteOperations.UnsafeWrap(List(parts.Select(one => one.Part.Platform))));
        return new SolveResponse { Result = answer };
    }

    private static byte[] List(IEnumerable<string> platforms) => JsonSerializer.SerializeToUtf8Bytes(new ResultPlatforms(
        [.. platforms.Select(platform => new ResultPlatform(platform, Of(platform)))]), ResultPlatformsJson.Default.ResultPlatforms);

    private static Platform Of(string platform)
    {
        string[] parts = platform.Split('/');
        return new Platform { Os = parts[0], Architecture = parts[1], Variant = parts.Length > 2 ? parts[2] : null };
    }
}
