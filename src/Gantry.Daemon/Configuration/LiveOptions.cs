namespace Gantry.Daemon.Configuration;

/// <summary>The configuration as it is now: a reload replaces it as a whole.</summary>
/// <remarks>Who needs it once, when the daemon starts, takes <see cref="Now"/> there; who follows reloads asks each time.</remarks>
internal sealed class LiveOptions(DaemonOptions first)
{
    private volatile DaemonOptions _now = first;

    public DaemonOptions Now => _now;

    public void Replace(DaemonOptions changed) => _now = changed;
}
