using Gantry.Api.Builds;
using Gantry.Api.Images;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;

namespace Gantry.Daemon.Build;

/// <summary>A build as what its steps are: each with its beginning, its end and what it writes, whatever goes on beside it.</summary>
/// <param name="write">Gets what is new; one call at a time.</param>
internal sealed class VertexProgress(Action<BuildProgress> write, TimeProvider time) : IBuildReport
{
    private const string Fetching = "[internal] load base images", Exporting = "exporting to image";
    private static readonly string FetchDigest = VertexNames.DigestOf(Fetching), ExportDigest = VertexNames.DigestOf(Exporting);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, BuildVertex> _open = [];
    private readonly VertexNames _names = new();

    /// <summary>What a pull says of an image that the build begins from.</summary>
    public void Fetched(JsonMessage message)
    {
        lock (_gate)
        {
            if (!_open.ContainsKey(FetchDigest)) Begin(FetchDigest, Fetching);
            if (message.Status is not { Length: > 0 } status) return;
            write(new BuildProgress { Statuses = [StatusOf(FetchDigest, $"{message.Id ?? ""} {status}".Trim(), message.ProgressDetail)] });
        }
    }

    /// <summary>What is to be done is known.</summary>
    /// <inheritdoc cref="VertexNames.Add"/>
    public void Planned(BuildPlan plan, string platform = "")
    {
        lock (_gate)
        {
            if (_open.ContainsKey(FetchDigest)) Complete(FetchDigest);
            _names.Add(plan, platform);
        }
    }

    public void Start()
    {
        lock (_gate) write(new BuildProgress { Vertexes = [.. _names.Order.Select(Describe)] });
    }

    public void Cached(Vertex vertex, StepOutcome outcome) => Tell(vertex, told =>
    {
        told.Started = told.Completed = time.GetUtcNow();
        told.Cached = true;
    });

    public void Started(Vertex vertex, string id) => Tell(vertex, told => told.Started = time.GetUtcNow());

    public void Output(Vertex vertex, ReadOnlyMemory<byte> text, bool isError)
    {
        lock (_gate)
            if (_names.Of(vertex) is { } name)
                write(new BuildProgress { Logs = [new BuildVertexLog
                {
                    Vertex = name.Digest, Stream = isError ? 2 : 1, Data = text.ToArray(), Timestamp = time.GetUtcNow(),
                }] });
    }

    public void Finished(Vertex vertex, StepOutcome outcome) => Tell(vertex, told =>
    {
        told.Completed = time.GetUtcNow();
        told.Started ??= told.Completed;
    });

    public void Failed(Vertex vertex, Exception reason) => Tell(vertex, told =>
    {
        told.Completed = time.GetUtcNow();
        told.Started ??= told.Completed;
        told.Error = reason is OperationCanceledException ? "canceled" : Linux.Failure.Text(reason);
    });

    public void End()
    {
        lock (_gate)
            foreach (string digest in _open.Keys.ToList()) Complete(digest, "canceled");
    }

    public void Made(string id, IEnumerable<string> names)
    {
        if (id.Length == 0) return;
        lock (_gate)
        {
            Begin(ExportDigest, Exporting);
            DateTimeOffset now = time.GetUtcNow();
            IEnumerable<string> lines = names.Select(name => $"naming to {name}").Prepend($"writing image {id}");
            write(new BuildProgress { Statuses = [.. lines.Select(line => Done(line, now))] });
            Complete(ExportDigest);
        }
    }

    private static BuildVertexStatus Done(string line, DateTimeOffset now) =>
        new() { Id = line, Vertex = ExportDigest, Name = line, Timestamp = now, Started = now, Completed = now };

    private BuildVertexStatus StatusOf(string vertex, string line, ProgressDetail? detail) => new()
    {
        Id = line, Vertex = vertex, Name = line, Current = detail?.Current ?? 0, Total = detail?.Total, Timestamp = time.GetUtcNow(),
    };

    private BuildVertex Describe(Vertex vertex)
    {
        (string digest, string name) = _names.Of(vertex)!.Value;
        return new BuildVertex { Digest = digest, Name = name, Inputs = _names.InputsOf(vertex) is { Count: > 0 } inputs ? inputs : null };
    }

    private void Begin(string digest, string name)
    {
        BuildVertex vertex = _open[digest] = new BuildVertex { Digest = digest, Name = name, Started = time.GetUtcNow() };
        write(new BuildProgress { Vertexes = [vertex] });
    }

    private void Complete(string digest, string? error = null)
    {
        _open.Remove(digest, out BuildVertex? vertex);
        (vertex!.Completed, vertex.Error) = (time.GetUtcNow(), error);
        write(new BuildProgress { Vertexes = [vertex] });
    }

    private void Tell(Vertex vertex, Action<BuildVertex> change)
    {
        lock (_gate)
        {
            if (_names.Of(vertex) is not { } name) return;
            BuildVertex told = _open.GetValueOrDefault(name.Digest) ?? Describe(vertex);
            change(told);
            if (told.Completed is null) _open[name.Digest] = told;
            else _open.Remove(name.Digest);
            write(new BuildProgress { Vertexes = [told] });
        }
    }
}
