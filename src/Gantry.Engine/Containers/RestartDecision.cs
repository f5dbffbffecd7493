namespace Gantry.Engine.Containers;

/// <summary>Whether, and how soon, a container that ended is started again.</summary>
public static class RestartDecision
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMinutes(1),
        Healthy = TimeSpan.FromSeconds(10);

    /// <param name="policy">no, always, on-failure, unless-stopped.</param>
    /// <param name="restarts">How often it was restarted since it was last started by hand.</param>
    public static bool Wanted(string? policy, int maximum, int exitCode, bool stoppedByHand, int restarts) =>
        !stoppedByHand && policy switch
    {
        "always" or "unless-stopped" => true,
        "on-failure" => exitCode != 0 && (maximum <= 0 || restarts < maximum),
        _ => false,
    };

    /// <summary>Doubles from 100 ms to a minute; starts over after ten seconds of running.</summary>
    public static TimeSpan Delay(TimeSpan? previous, TimeSpan ran)
    {
        if (previous is null || ran >= Healthy) return First;
        TimeSpan doubled = previous.Value * 2;
        return doubled < Longest ? doubled : Longest;
    }
}
