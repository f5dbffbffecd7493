using Gantry.BuildKit.History;
using Gantry.BuildKit.Protocol.ControlApi;
using Gantry.BuildKit.Protocol.StatusApi;
using Gantry.BuildKit.Sessions;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>The builder as its clients call it.</summary>
internal sealed class ControlService(Workers workers, CacheCalls cache, SolveCall solve, StatusCall status, HistoryCalls history,
    SessionServer sessions) : Control.ControlBase
{
    public override Task<DiskUsageResponse> DiskUsage(DiskUsageRequest request, ServerCallContext context) =>
        Task.FromResult(cache.Usage(request));

    public override Task Prune(PruneRequest request, IServerStreamWriter<UsageRecord> responseStream, ServerCallContext context) =>
        cache.PruneAsync(request, responseStream, context.CancellationToken);

    public override Task<SolveResponse> Solve(SolveRequest request, ServerCallContext context) =>
        solve.RunAsync(request, ConnectionOf(context), context.CancellationToken);

    public override Task Status(StatusRequest request, IServerStreamWriter<StatusResponse> responseStream, ServerCallContext context) =>
        status.RunAsync(request, responseStream, context.CancellationToken);

    public override Task Session(IAsyncStreamReader<BytesMessage> requestStream, IServerStreamWriter<BytesMessage> responseStream,
        ServerCallContext context) =>
        sessions.ServeAsync(SessionTunnel.HeadOf(context.RequestHeaders), async run =>
        {
            await using SessionTunnel tunnel = new(requestStream, responseStream);
            await run(tunnel, context.CancellationToken);
        });

    public override Task<ListWorkersResponse> ListWorkers(ListWorkersRequest request, ServerCallContext context)
    {
        // There is one, whatever it is chosen by.
        if (request.Filter.Count > 0) throw GantryException.Unsupported("filters of workers are not supported: there is one");
        return Task.FromResult(new ListWorkersResponse { Record = { workers.Only } });
    }

    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context) =>
        Task.FromResult(new InfoResponse { BuildkitVersion = workers.Version });

    public override Task ListenBuildHistory(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> responseStream,
        ServerCallContext context) => history.ListenAsync(request, responseStream, context.CancellationToken);

    public override Task<UpdateBuildHistoryResponse> UpdateBuildHistory(UpdateBuildHistoryRequest request, ServerCallContext context) =>
        Task.FromResult(history.Update(request));

    private static CancellationToken ConnectionOf(ServerCallContext context) =>
        context.UserState.TryGetValue(KitServices.Connection, out object? gone) && gone is CancellationToken token ? token
            : context.CancellationToken;
}
