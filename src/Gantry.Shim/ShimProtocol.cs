namespace Gantry.Shim;

/// <summary>
/// What a shim speaks. Shims outlive daemons: one of today is asked by the daemon of next year, and after going back to an older version
/// one of next year by that of today. So each says in its first message to a daemon which protocol it is of and what it can, and a daemon
/// asks nothing of it that it does not name.
/// </summary>
/// <remarks>
/// Rules for a change: messages and members are added, and what is new has a name in <see cref="All"/> by which a daemon knows that it may
/// use it; a member that somebody does not know is passed over by both sides. Nothing that <see cref="Earliest"/> names is taken away or
/// gets another meaning. The number grows with each addition, for people: a refusal names it beside the daemon's
/// own, which tells whether the shim is the older or the newer one. Nothing is decided by it. Attach and Exec go over connections of their
/// own, on which a shim says nothing of itself, and are not asked for: they are of the earliest.
/// </remarks>
public static class ShimProtocol
{
    /// <summary>Of shims that this code is in. Those before there was a number have 0.</summary>
    public const int Version = 3;

    /// <summary>What shims could that say nothing about it.</summary>
    public static readonly IReadOnlyList<string> Earliest =
    [
        ShimMessageType.Start, ShimMessageType.Signal, ShimMessageType.Resize, ShimMessageType.Pause, ShimMessageType.Resume,
        ShimMessageType.Update, ShimMessageType.State, ShimMessageType.Attach, ShimMessageType.Exec,
    ];

    /// <summary>What a shim of today can: messages that it takes, by their name; for anything else a name of its own.</summary>
    public static readonly IReadOnlyList<string> All = [.. Earliest];
}
