using System.Threading.Channels;
using Gantry.BuildKit.History;
using Gantry.BuildKit.Protocol.ControlApi;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>The builds that there were: listed, listened to, pinned, removed.</summary>
internal sealed class HistoryCalls(BuildHistory history)
{
    /// <summary>Changes that wait for a client which does not read: the oldest go then.</summary>
    private const int MostWaiting = 1000;

    public async Task ListenAsync(BuildHistoryRequest request, IServerStreamWriter<BuildHistoryEvent> output,
        CancellationToken cancellation)
    {
        if (request.Filter.Count > 0) throw GantryException.Unsupported("filters of the history of builds are not supported");
        Channel<(BuildRecord Record, bool IsGone)> changes = Channel.CreateBounded<(BuildRecord, bool)>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
        try
        {
            IEnumerable<BuildRecord> all = history.All(request.EarlyExit ? null : changes.Writer).Where(record => IsMeant(record, request));
            if (request.Limit > 0) all = all.TakeLast(request.Limit);
            foreach (BuildRecord record in all) await output.WriteAsync(Describe(record, isGone: false), cancellation);
            if (request.EarlyExit) return;
            await foreach ((BuildRecord record, bool isGone) in changes.Reader.ReadAllAsync(cancellation))
                if (IsMeant(record, request) || (request.ActiveOnly && IsNamed(record, request)))
                    await output.WriteAsync(Describe(record, isGone), cancellation);
        }
        finally
        {
            history.Forget(changes.Writer);
        }
    }

    public UpdateBuildHistoryResponse Update(UpdateBuildHistoryRequest request)
    {
        if (request.Delete) history.Remove(request.Ref);
        // What there is of a build is written when it ends: there is nothing to finish.
        else if (!request.Finalize) history.Pin(request.Ref, request.Pinned);
        return new UpdateBuildHistoryResponse();
    }

    private static bool IsMeant(BuildRecord record, BuildHistoryRequest request) =>
        IsNamed(record, request) && (!request.ActiveOnly || record.Completed is null);

    private static bool IsNamed(BuildRecord record, BuildHistoryRequest request) => request.Ref.Length == 0 || record.Name == request.Ref;

    private static BuildHistoryEvent Describe(BuildRecord record, bool isGone) => new()
    {
        Type = isGone ? BuildHistoryEventType.Deleted : record.Completed is null ? BuildHistoryEventType.Started
            : BuildHistoryEventType.Complete,
        Record = Describe(record),
    };

    private static BuildHistoryRecord Describe(BuildRecord record)
    {
        BuildHistoryRecord described = new()
        {
            Ref = record.Name, Frontend = record.Frontend, CreatedAt = Timestamp.FromDateTimeOffset(record.Created),
            CompletedAt = record.Completed is { } end ? Timestamp.FromDateTimeOffset(end) : null, Generation = record.Generation,
            Pinned = record.IsPinned, NumTotalSteps = record.Steps, NumCachedSteps = record.CachedSteps,
            NumCompletedSteps = record.CompletedSteps, NumWarnings = record.Warnings,
            Error = record.Code == 0 ? null : new Protocol.OutcomeApi.Status { Code = record.Code, Message = record.Error },
        };
        foreach ((string name, string value) in record.Options) described.FrontendAttrs.Add(name, value);
        foreach ((string name, string value) in record.Answers) described.ExporterResponse.Add(name, value);
        foreach (RecordedExport export in record.Exports)
        {
            Exporter exporter = new() { Type = export.Type };
            foreach ((string name, string value) in export.Attributes) exporter.Attrs.Add(name, value);
            described.Exporters.Add(exporter);
        }
        return described;
    }
}
