using Gantry.Daemon.Configuration;
using Gantry.Engine.Events;

namespace Gantry.Daemon;

/// <summary>What every noun of the engine stands on, and nothing of any one of them.</summary>
/// <param name="Saves">What the disk has not taken yet.</param>
internal sealed record Foundations(LiveOptions Options, EventBus Events, PendingSaves Saves, ILoggerFactory Logging);
