namespace Gantry.Engine.Containers.Queries;

/// <summary>What <c>ps</c> says of processes: a row each, with a field for each title.</summary>
public sealed record ProcessTable(IReadOnlyList<string> Titles, IReadOnlyList<IReadOnlyList<string>> Rows);
