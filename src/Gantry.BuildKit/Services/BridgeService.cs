using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Solving;
using Google.Protobuf;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>A build as the client asks for it that is the front end itself: what it has built it returns, and that is exported.</summary>
internal sealed class BridgeService(IKitBuilder builder, KitBuilds builds, Workers workers, SolvedInputs inputs) : LLBBridge.LLBBridgeBase
{
    private const string BuildHeader = "buildkit-controlapi-buildid";

    public override async Task<PongResponse> Ping(PingRequest request, ServerCallContext context)
    {
        await BuildOf(context);
        PongResponse pong = new() { Workers = { workers.Only } };
        pong.FrontendAPICaps.AddRange(Capabilities.Gateway);
        pong.LLBCaps.AddRange(Capabilities.Graphs);
        return pong;
    }

    public override async Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context)
    {
        KitBuild build = await BuildOf(context);
        if (request.SourcePolicies.Count > 0) throw GantryException.Unsupported("source policies of a build are not supported");
        SolveOrders.RequireOne(request.Frontend, request.Definition);
        if (request.Frontend.Length == 0 && SourceGraph.IsEmpty(request.Definition)) return ResultAnswer.Of(request, null, "");
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, build.Cancellation);
        SolveOrder order = new(request.Frontend, new Dictionary<string, string>(request.FrontendOpt))
        {
            Build = build.Name, Graph = SourceGraph.IsEmpty(request.Definition) ? null : new GraphOrder(request.Definition),
            FindResult = builds.FindResult, Entitlements = build.Entitlements,
            CacheImports = [.. request.CacheImports.Select(one => new CacheOrder(one.Type, new Dictionary<string, string>(one.Attrs)))],
            CacheExports = build.CacheExports,
        };
        try
        {
            order = await inputs.AddAsync(order, request.FrontendInputs, build, both.Token);
            ISolvedBuild result = await builder.SolveAsync(order, build.Session, build.Status, both.Token);
            string id = build.Add(result);
            return result.Platforms.Count == 0 ? ResultAnswer.Of(request, result, id)
                : ResultAnswer.OfPlatforms(request, [.. result.Platforms.Select(part => (part, build.Add(part)))]);
        }
        catch (Exception e) when (SolveFailure.IsOfBuild(e))
        {
            throw SolveFailure.Of(e);
        }
    }

    public override async Task<ReturnResponse> Return(ReturnRequest request, ServerCallContext context)
    {
        KitBuild build = await BuildOf(context);
        if (request.Error is { } error)
            build.Returned.TrySetException(new RpcException(new Status((StatusCode)error.Code, error.Message)));
        else if (!build.Returned.TrySetResult(ResultOf(build, request.Result)))
            throw GantryException.Conflict("the build's result is known already");
        return new ReturnResponse();
    }

    public override async Task<InputsResponse> Inputs(InputsRequest request, ServerCallContext context)
    {
        InputsResponse answer = new();
        foreach ((string name, Protocol.GraphApi.Definition input) in (await BuildOf(context)).Inputs) answer.Definitions.Add(name, input);
        return answer;
    }

    public override async Task<ReadFileResponse> ReadFile(ReadFileRequest request, ServerCallContext context) =>
        await BridgeFiles.ReadAsync((await BuildOf(context)).Require(request.Ref), request);

    public override async Task<ReadDirResponse> ReadDir(ReadDirRequest request, ServerCallContext context) =>
        await BridgeFiles.ListAsync((await BuildOf(context)).Require(request.Ref), request);

    public override async Task<StatFileResponse> StatFile(StatFileRequest request, ServerCallContext context) =>
        await BridgeFiles.StatAsync((await BuildOf(context)).Require(request.Ref), request);

    /// <summary>What has a name here is built already.</summary>
    public override async Task<EvaluateResponse> Evaluate(EvaluateRequest request, ServerCallContext context)
    {
        (await BuildOf(context)).Require(request.Ref);
        return new EvaluateResponse();
    }

    public override async Task<ResolveImageConfigResponse> ResolveImageConfig(ResolveImageConfigRequest request, ServerCallContext context)
    {
        (string digest, byte[] configuration) = await FindAsync(context, request.Ref, request.Platform, request.ResolveMode);
        return new ResolveImageConfigResponse
        {
            Digest = digest, Config = UnsafeByteOperations.UnsafeWrap(configuration), Ref = request.Ref,
        };
    }

    public override async Task<ResolveSourceMetaResponse> ResolveSourceMeta(ResolveSourceMetaRequest request, ServerCallContext context)
    {
        const string image = "docker-image://";
        ResolveSourceMetaResponse answer = new() { Source = request.Source };
        if (request.Source?.Identifier.StartsWith(image, StringComparison.Ordinal) != true) return answer;
        (string digest, byte[] configuration) = await FindAsync(context, request.Source.Identifier[image.Length..], request.Platform,
            request.ResolveMode);
        answer.Image = new ResolveSourceImageResponse { Digest = digest, Config = UnsafeByteOperations.UnsafeWrap(configuration) };
        return answer;
    }

    public override async Task<WarnResponse> Warn(WarnRequest request, ServerCallContext context)
    {
        KitBuild build = await BuildOf(context);
        Protocol.StatusApi.Range? range = request.Ranges.FirstOrDefault();
        build.Status.Warn(request.Short.ToStringUtf8(), request.Info?.Filename ?? "", range?.Start?.Line ?? 0, range?.End?.Line ?? 0);
        return new WarnResponse();
    }

    private async Task<(string Digest, byte[] Configuration)> FindAsync(ServerCallContext context, string reference,
        Protocol.GraphApi.Platform? platform, string mode)
    {
        KitBuild build = await BuildOf(context);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, build.Cancellation);
        string? text = platform is null ? null
            : string.Join('/', new[] { platform.OS, platform.Architecture, platform.Variant }.Where(part => part.Length > 0));
        return await builder.FindImageAsync(reference, text, mode == "pull", build.Session, build.Status, both.Token);
    }

    /// <exception cref="GantryException">Invalid: the call names none; NotFound: there is none.</exception>
    private async Task<KitBuild> BuildOf(ServerCallContext context)
    {
        string name = context.RequestHeaders.GetValue(BuildHeader) ?? throw GantryException.Invalid("no buildid found in context");
        return await builds.WaitAsync(name, context.CancellationToken) ?? throw GantryException.NotFound($"no such job {name}");
    }

    /// <exception cref="GantryException">Unsupported: what the client has put together of several builds.</exception>
    private static ReturnedBuild? ResultOf(KitBuild build, Result? returned)
    {
        IReadOnlyDictionary<string, string> ids = returned?.ResultCase switch
        {
            Result.ResultOneofCase.RefDeprecated => One(returned.RefDeprecated),
            Result.ResultOneofCase.RefsDeprecated => new Dictionary<string, string>(returned.RefsDeprecated.Refs),
            Result.ResultOneofCase.Ref => One(returned.Ref.Id),
            Result.ResultOneofCase.Refs => returned.Refs.Refs.ToDictionary(one => one.Key, one => one.Value.Id),
            _ => new Dictionary<string, string>(),
        };
        (string platform, string id) = ids.FirstOrDefault();
        if (string.IsNullOrEmpty(id)) return null;
        ISolvedBuild result = build.Require(id);
        // One platform's part alone is what it is the whole of; by another name than a platform's it is itself.
        if (ids.Count > 1 || (platform.Length > 0 && result.Whole.Platforms.Count == 1)) return WholeOf(build, ids, returned!);
        // Of a result that has a platform's name, so has what the image is to say.
        ByteString? configuration = returned!.Metadata.GetValueOrDefault(ResultAnswer.Configuration)
            ?? returned.Metadata.GetValueOrDefault($"{ResultAnswer.Configuration}/{platform}");
        bool isOwn = configuration is null || configuration.Span.SequenceEqual(result.Configuration);
        return new ReturnedBuild(result, isOwn ? null : configuration!.ToByteArray());

        static Dictionary<string, string> One(string id) => new() { [""] = id };
    }

    private static ReturnedBuild WholeOf(KitBuild build, IReadOnlyDictionary<string, string> ids, Result returned)
    {
        ISolvedBuild[] parts = [.. ids.Values.Select(build.Require).Distinct()];
        ISolvedBuild whole = parts[0].Whole;
        if (parts.Any(part => part.Whole != whole) || parts.Length != whole.Platforms.Count || parts.Length != ids.Count)
            throw GantryException.Unsupported("a result that the client puts together of several builds is not supported: build for each");
        foreach (ISolvedBuild part in parts)
            if (returned.Metadata.TryGetValue($"{ResultAnswer.Configuration}/{part.Platform}", out ByteString? configuration)
                && !configuration.Span.SequenceEqual(part.Configuration))
                throw GantryException.Unsupported(
                    "an image of several platforms whose configuration the client has changed is not supported");
        return new ReturnedBuild(whole, null);
    }
}
