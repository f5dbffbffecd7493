using Gantry.Api;

namespace Gantry.Cli;

/// <summary>The health check of run and create.</summary>
internal sealed class HealthFlags
{
    private readonly ValueFlag<string> command;
    private readonly ValueFlag<long> interval, timeout, startPeriod, startInterval, retries;
    private readonly BoolFlag none;

    public HealthFlags(FlagSet flags)
    {
        command = flags.Text("health-cmd", null, "Command that finds out whether the container is healthy");
        interval = Duration(flags, "health-interval", "Time between two checks");
        timeout = Duration(flags, "health-timeout", "Most time that a check may take");
        startPeriod = Duration(flags, "health-start-period", "Time to start in, during which a failed check does not count");
        startInterval = Duration(flags, "health-start-interval", "Time between two checks while it starts");
        retries = flags.Number("health-retries", null, "Failed checks in a row that make it unhealthy");
        none = flags.Switch("no-healthcheck", null, "Do not check, whatever the image says");
    }

    private static ValueFlag<long> Duration(FlagSet flags, string name, string usage) => flags.Value(name, null, $"{usage} (ms|s|m|h)", "duration", Positive, 0L);

    private static long Positive(string text) => GoDuration.Parse(text) is >= 0 and long value ? value : throw new FormatException("the duration cannot be negative");

    /// <returns>Null when nothing was said.</returns>
    public HealthConfig? Build()
    {
        bool said = command.Value.Length > 0 || interval.Value != 0 || timeout.Value != 0 || startPeriod.Value != 0 || startInterval.Value != 0 || retries.Value != 0;
        if (none)
        {
            if (said) throw new CliException("--no-healthcheck conflicts with --health-* options", 125);
            return new HealthConfig { Test = ["NONE"] };
        }
        if (!said) return null;
        if (retries.Value < 0) throw new CliException("--health-retries cannot be negative", 125);
        return new HealthConfig
        {
            Test = command.Value.Length > 0 ? ["CMD-SHELL", command.Value] : null,
            Interval = NonZero(interval), Timeout = NonZero(timeout), StartPeriod = NonZero(startPeriod), StartInterval = NonZero(startInterval),
            Retries = retries.Value != 0 ? (int)retries.Value : null,
        };
    }

    private static long? NonZero(ValueFlag<long> flag) => flag.Value != 0 ? flag.Value : null;
}
