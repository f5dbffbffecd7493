using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>The health check of run and create.</summary>
internal sealed class HealthFlags
{
    private readonly ValueFlag<string> _command;
    private readonly ValueFlag<long> _interval, _timeout, _startPeriod, _startInterval, _retries;
    private readonly BoolFlag _none;

    public HealthFlags(FlagSet flags)
    {
        _command = flags.Text("health-cmd", null, "Command that finds out whether the container is healthy");
        _interval = Duration(flags, "health-interval", "Time between two checks");
        _timeout = Duration(flags, "health-timeout", "Most time that a check may take");
        _startPeriod = Duration(flags, "health-start-period", "Time to start in, during which a failed check does not count");
        _startInterval = Duration(flags, "health-start-interval", "Time between two checks while it starts");
        _retries = flags.Number("health-retries", null, "Failed checks in a row that make it unhealthy");
        _none = flags.Switch("no-healthcheck", null, "Do not check, whatever the image says");
    }

    private static ValueFlag<long> Duration(FlagSet flags, string name, string usage) =>
        flags.Value(name, null, $"{usage} (ms|s|m|h)", "duration", Positive, 0L);

    private static long Positive(string text) =>
        Gantry.Duration.Nanoseconds(text) is >= 0 and long value ? value : throw new FormatException("the duration cannot be negative");

    /// <returns>Null when nothing was said.</returns>
    public HealthConfig? Build()
    {
        bool said = _command.Value.Length > 0 || _interval.Value != 0 || _timeout.Value != 0 || _startPeriod.Value != 0
            || _startInterval.Value != 0 || _retries.Value != 0;
        if (_none)
        {
            if (said) throw new CliException("--no-healthcheck conflicts with --health-* options", 125);
            return new HealthConfig { Test = ["NONE"] };
        }
        if (!said) return null;
        if (_retries.Value < 0) throw new CliException("--health-retries cannot be negative", 125);
        return new HealthConfig
        {
            Test = _command.Value.Length > 0 ? ["CMD-SHELL", _command.Value] : null,
            Interval = NonZero(_interval), Timeout = NonZero(_timeout), StartPeriod = NonZero(_startPeriod),
            StartInterval = NonZero(_startInterval),
            Retries = _retries.Value != 0 ? (int)_retries.Value : null,
        };
    }

    private static long? NonZero(ValueFlag<long> flag) => flag.Value != 0 ? flag.Value : null;
}
