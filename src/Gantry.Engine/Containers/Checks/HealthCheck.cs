using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>The times of a probe, in nanoseconds; 0 is the default.</summary>
internal static class HealthCheck
{
    private const long Least = 1_000_000;

    public static void Run(HealthConfig? health)
    {
        if (health is null) return;
        Time("Interval", health.Interval);
        Time("Timeout", health.Timeout);
        if (health.Retries < 0) throw GantryException.Invalid("Retries in Healthcheck cannot be negative");
        Time("StartPeriod", health.StartPeriod);
        Time("StartInterval", health.StartInterval);
    }

    /// <summary>What the caller asks for; of an image's own check nobody here was told that it would be run.</summary>
    public static void Warn(HealthConfig? health, List<string> warnings)
    {
        if (health?.Test is { Count: > 0 } test && test[0] is not ("" or "NONE"))
            warnings.Add("Health checks are not run yet: the one of this container is kept and has no effect.");
    }

    private static void Time(string name, long? value)
    {
        if (value is not (null or 0) && value < Least) throw GantryException.Invalid($"{name} in Healthcheck cannot be less than 1ms");
    }
}
