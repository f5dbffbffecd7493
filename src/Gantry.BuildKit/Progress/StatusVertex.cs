using Gantry.BuildKit.Protocol.StatusApi;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Gantry.BuildKit.Progress;

/// <summary>One thing of a build that its client shows: begun, then done or failed.</summary>
public sealed class StatusVertex
{
    private readonly StatusFeed _feed;
    private readonly TimeProvider _time;
    private readonly string _name;
    private readonly IReadOnlyList<string> _inputs;
    private Timestamp? _started, _completed;
    private bool _isCached;

    /// <param name="digest">Names it; no other of the build has it.</param>
    internal StatusVertex(StatusFeed feed, TimeProvider time, string digest, string name, IReadOnlyList<string> inputs)
    {
        (_feed, _time, Digest, _name, _inputs) = (feed, time, digest, name, inputs);
        Tell("");
    }

    internal string Digest { get; }

    public bool IsDone => _completed is not null;

    public bool IsStarted => _started is not null;

    public void Start()
    {
        if (IsStarted) return;
        _started = Now;
        Tell("");
    }

    /// <summary>It was there already.</summary>
    public void Cached()
    {
        _isCached = true;
        Done();
    }

    public void Done() => End("");

    public void Fail(Exception reason) => End(reason is OperationCanceledException ? "context canceled" : FailureText.Of(reason));

    private void End(string error)
    {
        if (IsDone) return;
        _started ??= Now;
        _completed = Now;
        Tell(error);
    }

    public void Say(ReadOnlySpan<byte> text, bool isError)
    {
        if (text.IsEmpty) return;
        VertexLog log = new() { Vertex = Digest, Timestamp = Now, Stream = isError ? 2 : 1, Msg = ByteString.CopyFrom(text) };
        _feed.Add(status => status.Logs.Add(log), text.Length);
    }

    /// <summary>A part of it goes on, or is done.</summary>
    /// <param name="total">0 where it is not known.</param>
    public StatusPart Part(string id, long total = 0) => new(_feed, _time, Digest, id, total);

    private Timestamp Now => Timestamp.FromDateTimeOffset(_time.GetUtcNow());

    private void Tell(string error)
    {
        Vertex vertex = new()
        {
            Digest = Digest, Name = _name, Cached = _isCached, Started = _started, Completed = _completed, Error = error,
        };
        vertex.Inputs.AddRange(_inputs);
        _feed.Add(status => status.Vertexes.Add(vertex), _name.Length + error.Length + (72 * _inputs.Count));
    }
}
