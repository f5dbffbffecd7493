using System.Collections.Concurrent;
using Gantry.Build.Graph;
using Gantry.Build.Solver;

namespace Gantry.Build.Tests.Solver;

/// <summary>Steps that change nothing, and say when they were at work.</summary>
internal sealed class FakeWork : IStepWork, IBuildProgress
{
    public ConcurrentQueue<string> Made { get; } = new();
    public ConcurrentQueue<string> Cached { get; } = new();
    public ConcurrentQueue<string> Released { get; } = new();
    public ConcurrentQueue<string> Failed { get; } = new();
    public Func<Vertex, CancellationToken, Task> Work { get; set; } = (_, _) => Task.CompletedTask;

    public Task<string> KeyAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation) =>
        Task.FromResult(new KeyText("fake").Add((vertex as NoteVertex)?.Meaning ?? vertex.Title).Finish());

    public string? SourcesOf(Vertex vertex) => null;

    public async Task<TreeLayer?> RunAsync(Vertex vertex, IReadOnlyList<BuiltTree> inputs, string id, IBuildProgress progress,
        CancellationToken cancellation)
    {
        await Work(vertex, cancellation);
        Made.Enqueue(vertex.Title);
        return null;
    }

    /// <summary>Of each vertex that has any.</summary>
    public IReadOnlyList<TreeLayer?> Further { get; set; } = [];

    public IReadOnlyList<TreeLayer?> FurtherOf(Vertex vertex) => Further;

    public void Release(Vertex vertex) => Released.Enqueue(vertex.Title);

    void IBuildProgress.Cached(Vertex vertex, StepOutcome outcome) => Cached.Enqueue(vertex.Title);

    public void Started(Vertex vertex, string id)
    {
    }

    public void Output(Vertex vertex, ReadOnlyMemory<byte> text, bool isError)
    {
    }

    public void Finished(Vertex vertex, StepOutcome outcome)
    {
    }
    void IBuildProgress.Failed(Vertex vertex, Exception reason) => Failed.Enqueue(vertex.Title);
}
