using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;

namespace Gantry.BuildKit.Solving;

/// <summary>Who builds what clients ask for by BuildKit's protocol.</summary>
public interface IKitBuilder
{
    /// <summary>Of the engine.</summary>
    string Version { get; }

    /// <summary>Of this host: system and architecture.</summary>
    (string Os, string Architecture) Platform { get; }

    /// <exception cref="GantryException">Unsupported: there is no such front end, or it cannot do that; else why it failed.</exception>
    Task<ISolvedBuild> SolveAsync(SolveOrder order, ClientSession session, BuildStatus status, CancellationToken cancellation);

    /// <summary>Refuses what cannot become of a result, before it is made.</summary>
    /// <param name="options">Of the front end, as far as they are known by then.</param>
    void Check(ExportOrder order, IReadOnlyDictionary<string, string> options);

    /// <summary>Looks an image up, fetched where it is not here.</summary>
    /// <returns>The digest of its manifest, and its configuration.</returns>
    Task<(string Digest, byte[] Configuration)> FindImageAsync(string reference, string? platform, bool pull, ClientSession session,
        BuildStatus status, CancellationToken cancellation);
}
