using System.Globalization;

namespace Gantry.Daemon.Http.Calls;

/// <summary>How long a client waits, as gRPC's <c>grpc-timeout</c> has it: up to eight digits and a unit.</summary>
internal static class CallTimeout
{
    /// <returns>Null for no bound, and for what is none.</returns>
    public static TimeSpan? Read(string text)
    {
        if (text.Length is < 2 or > 9) return null;
        if (!long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out long count)) return null;
        TimeSpan? patience = text[^1] switch
        {
            'H' => TimeSpan.FromHours(count), 'M' => TimeSpan.FromMinutes(count), 'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count), 'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks(count / TimeSpan.NanosecondsPerTick), _ => null,
        };
        // A timer takes no more.
        return patience is { TotalMilliseconds: < int.MaxValue } ? patience : null;
    }
}
