using System.Diagnostics;

namespace Gantry.EndToEnd.Processes;

/// <summary>Waits for what must come true by itself.</summary>
public static class Eventually
{
    public static Task True(Func<Task<bool>> condition, string what, int seconds = 20) => True(condition, () => what, seconds);

    public static Task True(Func<bool> condition, string what, int seconds = 20) => True(condition, () => what, seconds);

    /// <param name="what">Asked when it did not come true, so that it can tell what there is instead.</param>
    public static Task True(Func<bool> condition, Func<string> what, int seconds = 20) =>
        True(() => Task.FromResult(condition()), what, seconds);

    private static async Task True(Func<Task<bool>> condition, Func<string> what, int seconds)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"not within {seconds} s: {what()}");
            await Task.Delay(50);
        }
    }
}
