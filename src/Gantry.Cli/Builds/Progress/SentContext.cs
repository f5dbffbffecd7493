using Gantry.Api.Builds;

namespace Gantry.Cli.Builds.Progress;

/// <summary>The sending of a context as a step like others: the daemon cannot tell it.</summary>
internal sealed class SentContext(TimeProvider time)
{
    private const string Name = "[internal] load build context", Part = "transferring context:";

    private DateTimeOffset? _started;

    /// <param name="bytes">How much of it has gone.</param>
    public BuildProgress News(long bytes, bool isAll)
    {
        DateTimeOffset now = time.GetUtcNow();
        _started ??= now;
        return new BuildProgress
        {
            Vertexes = [new BuildVertex { Digest = Name, Name = Name, Started = _started, Completed = isAll ? now : null }],
            Statuses = [new BuildVertexStatus { Id = Part, Vertex = Name, Name = Part, Current = bytes, Timestamp = now }],
        };
    }
}
