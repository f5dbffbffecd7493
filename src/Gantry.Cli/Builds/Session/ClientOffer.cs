namespace Gantry.Cli.Builds.Session;

/// <summary>All that a build may ask this client for.</summary>
/// <param name="Key">Names the directories from one build to the next.</param>
internal sealed record ClientOffer(string Key) : IDisposable
{
    public Dictionary<string, IOfferedFiles> Directories { get; } = [];
    public Dictionary<string, SecretSource> Secrets { get; } = [];
    /// <summary>Paths of sockets.</summary>
    public Dictionary<string, string> Agents { get; } = [];
    /// <summary>Those that run for this build.</summary>
    public List<KeyAgent> Started { get; } = [];
    /// <summary>Hears of a directory before any of it goes.</summary>
    public Action<string> Asked { get; set; } = static _ => { };

    public void Dispose() => Started.ForEach(agent => agent.Dispose());
}
