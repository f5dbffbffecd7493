using Gantry.Network.Endpoints;
using Gantry.Network.Networks;

namespace Gantry.Network.Drivers;

/// <summary>What there is when a daemon has found its running containers again.</summary>
/// <param name="Networks">Of the driver that is told.</param>
/// <param name="Endpoints">In these networks.</param>
/// <param name="Everybody">Those of all networks, also of such as do not exist any more: what they have stays.</param>
/// <param name="Complete">False when there are networks that only nobody can read: what seems to be nobody's may be theirs.</param>
internal sealed record RunningEndpoints(IReadOnlyCollection<ActiveNetwork> Networks, IReadOnlyList<Endpoint> Endpoints,
    IReadOnlyList<Endpoint> Everybody, bool Complete);
