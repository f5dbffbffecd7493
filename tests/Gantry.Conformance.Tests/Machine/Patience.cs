using System.Diagnostics;
using System.Globalization;

namespace Gantry.Conformance.Machine;

/// <summary>How long a test waits for what must come true. <c>PATIENCE=n</c> multiplies it on a machine that is slower by that
/// much.</summary>
public static class Patience
{
    private static readonly double Factor =
        double.TryParse(Environment.GetEnvironmentVariable("PATIENCE"), CultureInfo.InvariantCulture, out double factor) ? factor : 1;

    public static TimeSpan Of(TimeSpan time) => time * Factor;

    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan limit = Of(TimeSpan.FromSeconds(60));
        for (int pause = 2; !await condition(); pause = Math.Min(pause * 2, 50))
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < limit, $"not within {limit.TotalSeconds} s: {what}");
            await Task.Delay(pause);
        }
    }

    public static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);
}
