namespace Gantry.Build.Sessions;

/// <summary>Which files of a client's directory are asked for.</summary>
/// <param name="Name">What the client calls the directory: <c>context</c>, <c>dockerfile</c>, or the name of a further context.</param>
public sealed record FilesRequest(string Name)
{
    /// <summary>Patterns of what alone is asked for; empty for all. A client may give more.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];
    /// <summary>Patterns as those of <c>.dockerignore</c>, of what is left out.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];
    /// <summary>Only these paths, with what links in them lead to and what is below them; empty for all. A client may give more.</summary>
    public IReadOnlyList<string> Follow { get; init; } = [];
}
