using Gantry.BuildKit.Protocol.StatusApi;
using Google.Protobuf.WellKnownTypes;

namespace Gantry.BuildKit.Progress;

/// <summary>A part of what a client is shown as one thing: a layer that comes, a context that is transferred.</summary>
public sealed class StatusPart
{
    private readonly StatusFeed _feed;
    private readonly TimeProvider _time;
    private readonly string _vertex, _id;
    private readonly long _total;
    private readonly Timestamp _started;

    internal StatusPart(StatusFeed feed, TimeProvider time, string vertex, string id, long total)
    {
        (_feed, _time, _vertex, _id, _total, _started) = (feed, time, vertex, id, total, Timestamp.FromDateTimeOffset(time.GetUtcNow()));
        Tell(0, isDone: false);
    }

    /// <param name="current">Bytes.</param>
    public void Reached(long current) => Tell(current, isDone: false);

    public void Done(long current = 0) => Tell(current, isDone: true);

    private void Tell(long current, bool isDone)
    {
        Timestamp now = Timestamp.FromDateTimeOffset(_time.GetUtcNow());
        VertexStatus status = new()
        {
            ID = _id, Vertex = _vertex, Current = current, Total = _total, Timestamp = now, Started = _started,
            Completed = isDone ? now : null,
        };
        _feed.Add(news => news.Statuses.Add(status), _id.Length + _vertex.Length);
    }
}
