using System.Text;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.GatewayApi;
using Gantry.BuildKit.Protocol.StatusApi;
using Grpc.Core;
using GatewaySolve = Gantry.BuildKit.Protocol.GatewayApi.SolveRequest;
using GatewaySolved = Gantry.BuildKit.Protocol.GatewayApi.SolveResponse;
using SolveRequest = Gantry.BuildKit.Protocol.ControlApi.SolveRequest;
using SolveResponse = Gantry.BuildKit.Protocol.ControlApi.SolveResponse;

namespace Gantry.EndToEnd.Builds.Calls;

/// <summary>Builds as buildx does them.</summary>
internal static class KitBuilds
{
    private static int _count;

    public static string NewName() => $"build-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";

    public static SolveRequest Request(string name, KitSession session, string exporter = "", string image = "")
    {
        SolveRequest request = new() { Ref = name, Session = session.Name, Cache = new CacheOptions() };
        if (exporter.Length == 0) return request;
        Exporter one = new() { Type = exporter };
        if (image.Length > 0) one.Attrs.Add("name", image);
        request.Exporters.Add(one);
        return request;
    }

    /// <summary>What a client that is the front end asks for.</summary>
    public static GatewaySolve Dockerfile(params IEnumerable<(string Name, string Value)> options)
    {
        GatewaySolve request = new() { Frontend = "dockerfile.v0", AllowResultReturn = true, AllowResultArrayRef = true };
        foreach ((string name, string value) in options) request.FrontendOpt.Add(name, value);
        return request;
    }

    /// <summary>The whole sequence.</summary>
    /// <returns>How it ended, what the front end was given, and what was told.</returns>
    public static async Task<(SolveResponse Answer, GatewaySolved Solved, IReadOnlyList<StatusResponse> Told)> BuildAsync(KitClient client,
        SolveRequest request, GatewaySolve asked)
    {
        using AsyncUnaryCall<SolveResponse> solve = client.Control.SolveAsync(request);
        Task<IReadOnlyList<StatusResponse>> told = ToldAsync(client, request.Ref);
        Metadata of = KitClient.Of(request.Ref);
        PongResponse pong = await client.Bridge.PingAsync(new PingRequest(), of);
        Assert.Contains(pong.FrontendAPICaps, cap => cap is { ID: "return", Enabled: true });
        GatewaySolved solved;
        try
        {
            solved = await client.Bridge.SolveAsync(asked, of);
        }
        catch (RpcException e)
        {
            await client.Bridge.ReturnAsync(new ReturnRequest
            {
                Error = new Gantry.BuildKit.Protocol.OutcomeApi.Status { Code = (int)e.StatusCode, Message = e.Status.Detail },
            }, of);
            await solve;
            throw;
        }
        await client.Bridge.ReturnAsync(new ReturnRequest { Result = solved.Result }, of);
        return (await solve, solved, await told);
    }

    public static async Task<IReadOnlyList<StatusResponse>> ToldAsync(KitClient client, string build)
    {
        List<StatusResponse> told = [];
        using AsyncServerStreamingCall<StatusResponse> status = client.Control.Status(new StatusRequest { Ref = build });
        while (await status.ResponseStream.MoveNext(CancellationToken.None)) told.Add(status.ResponseStream.Current);
        return told;
    }

    public static string LogOf(IEnumerable<StatusResponse> told) =>
        string.Concat(told.SelectMany(one => one.Logs).Select(log => Encoding.UTF8.GetString(log.Msg.Span)));
}
