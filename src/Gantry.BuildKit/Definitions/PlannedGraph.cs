using Gantry.Build.Graph;

namespace Gantry.BuildKit.Definitions;

/// <summary>A graph as the builder has it.</summary>
/// <param name="Target">What it gives.</param>
/// <param name="Steps">Those that are shown, after those that they need.</param>
public sealed record PlannedGraph(Vertex Target, IReadOnlyList<PlannedOp> Steps);

/// <param name="Digest">By which the client knows the operation.</param>
public sealed record PlannedOp(Vertex Vertex, string Title, string Digest);
