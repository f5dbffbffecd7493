using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Events;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Engine.Events;

namespace Gantry.Daemon.Events;

/// <summary>What happens, as a stream of JSON objects, one a line.</summary>
internal sealed class EventRoutes(EventBus bus, TimeProvider time)
{
    public void Map(Router router) => router.Get("/events", Stream);

    private async Task Stream(RequestContext context)
    {
        DateTimeOffset? since = Point(context, "since"), until = Point(context, "until");
        RequestFilters filters = context.Query.Filters().Allow([.. EventFilter.Keys]);
        if (since > until)
            throw GantryException.Invalid(
                $"`since` time ({context.Query.Text("since")}) cannot be after `until` time ({context.Query.Text("until")})");
        // "until" alone is about the past too: all that is kept of it.
        using EventSubscription events = bus.Subscribe(new EventFilter(filters.Values),
            since ?? (until is null ? null : DateTimeOffset.MinValue), until);
        Stream answer = await context.StartStreamAsync("application/json");
        TimeSpan left = until is DateTimeOffset end ? Bounded(end - time.GetUtcNow()) : Timeout.InfiniteTimeSpan;
        using CancellationTokenSource over = new(left, time);
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(context.Aborted, over.Token);
        try
        {
            while (events.TryRead(out EngineEvent? past)) await SendAsync(answer, past);
            await foreach (EngineEvent happened in events.ReadAllAsync(limit.Token)) await SendAsync(answer, happened);
        }
        catch (OperationCanceledException) when (!context.Aborted.IsCancellationRequested)
        {
            // "until" has come.
        }
    }

    /// <remarks>Elsewhere 0 is no time at all; here it is 1970, and so all that is kept.</remarks>
    private static DateTimeOffset? Point(RequestContext context, string key) =>
        context.Query.Time(key) ?? (context.Query.Text(key).Length > 0 ? DateTimeOffset.UnixEpoch : null);

    private static TimeSpan Bounded(TimeSpan wait) =>
        wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(24) ? TimeSpan.FromDays(24) : wait;

    private async Task SendAsync(Stream answer, EngineEvent happened)
    {
        // One write, and so one chunk: some clients decode chunk by chunk.
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(View(happened), ApiJson.Wire.EventMessage), (byte)'\n'];
        await answer.WriteAsync(line);
        await answer.FlushAsync();
    }

    private static EventMessage View(EngineEvent happened)
    {
        bool legacy = happened.Type is EventType.Container or EventType.Image;
        return new EventMessage
        {
            LegacyStatus = legacy ? happened.Action : null,
            LegacyId = legacy ? happened.ActorId : null,
            LegacyFrom = happened.Type == EventType.Container ? happened.Attributes.GetValueOrDefault("image") : null,
            Type = happened.Type,
            Action = happened.Action,
            Actor = new EventActor { ID = happened.ActorId,
                Attributes = new(happened.Attributes.OrderBy(pair => pair.Key, StringComparer.Ordinal)) },
            Scope = "local",
            Time = happened.At.ToUnixTimeSeconds(),
            TimeNano = happened.AtNanoseconds,
        };
    }
}
