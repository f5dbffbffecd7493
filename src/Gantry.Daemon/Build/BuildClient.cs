using Gantry.Build.Planning;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>What a build has of its client, whichever door it came by.</summary>
/// <param name="Images">Those that it begins from.</param>
/// <param name="Credentials">Who the client is at a registry.</param>
internal sealed record BuildClient(IBuildVoice Voice, IBaseImages Images,
    Func<Reference, CancellationToken, Task<Credentials>> Credentials);
