using Gantry.Daemon.Configuration;
using Gantry.Engine.Events;
using Gantry.Engine.Host;

namespace Gantry.Daemon;

/// <summary>What every noun of the engine stands on, and nothing of any one of them.</summary>
/// <param name="Saves">What the disk has not taken yet.</param>
internal sealed record Foundations(LiveOptions Options, EventBus Events, PendingSaves Saves, ILoggerFactory Logging)
{
    /// <summary>What the time is, and what waits go by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>This engine's UUID: what belongs to this data root and to no other says so by it.</summary>
    public EngineIdentity Identity { get; } = EngineIdentity.ReadOrMake(Options.Now.DataRoot, Saves);
}
