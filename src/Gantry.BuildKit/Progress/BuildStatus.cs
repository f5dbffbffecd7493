using System.Text;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Protocol.StatusApi;
using Gantry.Oci.Image;
using Google.Protobuf;
using Vertex = Gantry.Build.Graph.Vertex;

namespace Gantry.BuildKit.Progress;

/// <summary>A build as BuildKit's clients are told of it: things that go on side by side, with what they say.</summary>
/// <param name="build">Its name: what is told of two builds is never taken for one.</param>
public sealed class BuildStatus(StatusFeed feed, TimeProvider time, string build) : IBuildProgress
{
    /// <summary>That are kept for who did not hear them.</summary>
    private const int MostWarnings = 100;

    private readonly Lock _gate = new();
    private readonly Dictionary<Vertex, StatusVertex> _steps = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _warnings = [];
    private int _count;

    /// <summary>What it has warned of so far, a line each.</summary>
    public IReadOnlyList<string> Warnings
    {
        get
        {
            lock (_gate) return [.. _warnings];
        }
    }

    /// <summary>Something that is no step.</summary>
    public StatusVertex Begin(string name)
    {
        lock (_gate)
        {
            StatusVertex vertex = Add(name, []);
            vertex.Start();
            return vertex;
        }
    }

    /// <summary>Something that is no step, from its beginning to its end.</summary>
    public Task<T> TellAsync<T>(string name, Func<Task<T>> work) => TellAsync(name, _ => work());

    /// <param name="work">May tell of its parts.</param>
    /// <inheritdoc cref="TellAsync{T}(string,Func{Task{T}})"/>
    public async Task<T> TellAsync<T>(string name, Func<StatusVertex, Task<T>> work)
    {
        StatusVertex vertex = Begin(name);
        try
        {
            T result = await work(vertex);
            vertex.Done();
            return result;
        }
        catch (Exception e)
        {
            vertex.Fail(e);
            throw;
        }
    }

    /// <summary>The steps are known now.</summary>
    /// <inheritdoc cref="StepTitles.Of"/>
    public void Planned(BuildPlan plan, int stages, string platform = "")
    {
        lock (_gate)
        {
            foreach ((Vertex vertex, string title) in StepTitles.Of(plan, stages, platform))
                _steps[vertex] = Add(title, [.. vertex.Inputs.Select(Known).OfType<StatusVertex>().Select(input => input.Digest)]);
        }
    }

    /// <summary>The steps of a graph are known now; the client knows each by its operation.</summary>
    public void Planned(PlannedGraph graph)
    {
        lock (_gate)
        {
            foreach (PlannedOp step in graph.Steps)
                _steps[step.Vertex] = new StatusVertex(feed, time, step.Digest, step.Title,
                    [.. step.Vertex.Inputs.Select(Known).OfType<StatusVertex>().Select(input => input.Digest)]);
        }
    }

    public void Cached(Vertex vertex, StepOutcome outcome) => Tell(vertex, static step => step.Cached());

    public void Started(Vertex vertex, string id) => Tell(vertex, static step => step.Start());

    public void Output(Vertex vertex, ReadOnlyMemory<byte> text, bool isError) =>
        // Not within the lock: a client that reads slowly holds up who speaks, and nobody else.
        Find(vertex)?.Say(text.Span, isError);

    public void Finished(Vertex vertex, StepOutcome outcome) => Tell(vertex, static step => step.Done());

    public void Failed(Vertex vertex, Exception reason)
    {
        Tell(vertex, step =>
        {
            // What is called off and had not begun is nothing to tell of.
            if (step.IsStarted || reason is not OperationCanceledException) step.Fail(reason);
        });
    }

    /// <summary>A line for people that is no step's. There is no place for one but a thing that is done at once.</summary>
    public void Note(string text)
    {
        Keep(text);
        Begin(text).Done();
    }

    private void Keep(string warning)
    {
        lock (_gate)
            if (_warnings.Count < MostWarnings) _warnings.Add(warning);
    }

    /// <summary>Something that the author of the Dockerfile should know.</summary>
    public void Warn(string text, string file, int line, int lastLine)
    {
        Keep(line > 0 ? FormattableString.Invariant($"{file}:{line}: {text}") : text);
        VertexWarning warning = new()
        {
            Level = 1, Short = ByteString.CopyFromUtf8(text), Info = new SourceInfo { Filename = file },
            Ranges = { new Protocol.StatusApi.Range { Start = new Position { Line = line }, End = new Position { Line = lastLine } } },
        };
        feed.Add(news => news.Warnings.Add(warning), text.Length);
    }

    /// <summary>Ends what was still at work when the build ended.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (StatusVertex step in _steps.Values.Where(step => step is { IsStarted: true, IsDone: false }))
                step.Fail(new OperationCanceledException());
        }
    }

    private void Tell(Vertex vertex, Action<StatusVertex> news)
    {
        lock (_gate)
        {
            if (_steps.TryGetValue(vertex, out StatusVertex? step)) news(step);
        }
    }

    private StatusVertex? Find(Vertex vertex)
    {
        lock (_gate) return _steps.GetValueOrDefault(vertex);
    }

    /// <summary>The step itself, or below one that is not shown the next that is.</summary>
    private StatusVertex? Known(Vertex vertex)
    {
        for (Vertex? at = vertex; at is not null; at = (at as FurtherVertex)?.Of ?? at.Below)
            if (_steps.TryGetValue(at, out StatusVertex? step)) return step;
        return null;
    }

    private StatusVertex Add(string name, IReadOnlyList<string> inputs) =>
        new(feed, time, Digest.Of(Encoding.UTF8.GetBytes($"{build}\n{_count++}\n{name}")), name, inputs);
}
