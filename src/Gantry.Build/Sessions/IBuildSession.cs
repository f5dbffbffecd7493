using Gantry.Build.Transfer;

namespace Gantry.Build.Sessions;

/// <summary>What the client of a build offers while it waits for the result, whichever way it is connected.</summary>
/// <remarks>Everything that comes from it is hostile, and it may be gone at any moment: then all that waits for it is cancelled, or fails
/// with Unavailable. May be used by several threads.</remarks>
public interface IBuildSession
{
    /// <summary>Cancelled when the client has gone.</summary>
    CancellationToken Gone { get; }

    /// <summary>Names the client's directories from one build to the next, with <see cref="FilesRequest.Name"/>; empty for one of which
    /// nothing is kept.</summary>
    string SharedKey { get; }

    /// <summary>Whether its directory of the Dockerfile has that and the files of patterns alone, put together for the build; otherwise it
    /// is one of the client's own, and the context's patterns are in the context.</summary>
    bool GathersDockerfile { get; }

    /// <summary>Asks for the files of a directory.</summary>
    /// <exception cref="GantryException">NotFound: it offers no directory of that name; Unavailable: it has gone.</exception>
    Task<IPacketStream> OpenFilesAsync(FilesRequest request, CancellationToken cancellation);

    /// <returns>Null for one that it has not got.</returns>
    /// <exception cref="GantryException">Invalid: it is too large; Unavailable: it has gone.</exception>
    Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation);

    /// <summary>Whether it passes connections on to such an ssh agent.</summary>
    Task<bool> HasAgentAsync(string id, CancellationToken cancellation);

    /// <summary>A connection to an ssh agent of the client's.</summary>
    /// <exception cref="GantryException">NotFound, Unavailable.</exception>
    Task<Stream> OpenAgentAsync(string id, CancellationToken cancellation);
}
