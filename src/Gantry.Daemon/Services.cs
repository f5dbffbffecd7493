using Gantry.Engine.Events;
using Gantry.Engine.Volumes;

namespace Gantry.Daemon;

/// <summary>What the daemon is made of; handlers find it at <c>context.Services</c>.</summary>
public sealed class Services
{
    public required EventBus Events { get; init; }
    public required VolumeStore Volumes { get; init; }
}
