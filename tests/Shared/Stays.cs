using System.Diagnostics;

namespace Gantry.Tests.Shared;

/// <summary>For what must not happen: looked for all the time, and failing as soon as it is seen.</summary>
internal static class Stays
{
    private const int Pause = 20;

    public static Task True(Func<bool> condition, TimeSpan time, string what) => True(() => Task.FromResult(condition()), time, what);

    /// <param name="time">So long; and once more at its end.</param>
    public static async Task True(Func<Task<bool>> condition, TimeSpan time, string what)
    {
        long start = Stopwatch.GetTimestamp();
        for (bool last = false; ; await Task.Delay(Pause))
        {
            Assert.True(await condition(), $"not any more: {what}");
            if (last) return;
            last = Stopwatch.GetElapsedTime(start) >= time;
        }
    }
}
