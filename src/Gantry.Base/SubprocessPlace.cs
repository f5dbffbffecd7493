namespace Gantry;

/// <summary>Where a program of somebody else runs, and all that it finds in its environment.</summary>
public sealed record SubprocessPlace(string Directory, IReadOnlyDictionary<string, string> Environment);
