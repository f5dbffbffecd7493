using Gantry.BuildKit.Protocol.StatusApi;

namespace Gantry.BuildKit.History;

/// <summary>Counts the steps of a build as they are told.</summary>
internal sealed class StepCount
{
    private readonly Dictionary<string, (bool IsCached, bool IsDone)> _steps = new(StringComparer.Ordinal);

    public int Warnings { get; private set; }

    public int Steps => _steps.Count;

    public int Cached => _steps.Values.Count(step => step.IsCached);

    public int Done => _steps.Values.Count(step => step.IsDone);

    public void Add(StatusResponse news)
    {
        foreach (Vertex vertex in news.Vertexes)
            _steps[vertex.Digest] = (vertex.Cached, vertex.Completed is not null && vertex.Error.Length == 0);
        Warnings += news.Warnings.Count;
    }
}
