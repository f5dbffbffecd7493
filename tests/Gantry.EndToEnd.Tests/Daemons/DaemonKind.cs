namespace Gantry.EndToEnd.Daemons;

public enum DaemonKind
{
    /// <summary>Ours, from artifacts/publish.</summary>
    Gantry,
    /// <summary>Debian's dockerd: the judge of the expectations.</summary>
    Docker,
}
