using System.Diagnostics;

namespace Gantry.EndToEnd.Processes;

/// <summary>Waits for what must come true by itself.</summary>
public static class Eventually
{
    /// <summary>In seconds. Nothing is meant to take as long, on a busy machine either: it ends the wait for what never comes.</summary>
    public const int Patience = 60;

    public static Task True(Func<Task<bool>> condition, string what, int seconds = Patience) => True(condition, () => what, seconds);

    public static Task True(Func<bool> condition, string what, int seconds = Patience) => True(condition, () => what, seconds);

    /// <param name="what">Asked when it did not come true, so that it can tell what there is instead.</param>
    public static Task True(Func<bool> condition, Func<string> what, int seconds = Patience) =>
        True(() => Task.FromResult(condition()), what, seconds);

    /// <inheritdoc cref="True(Func{bool}, Func{string}, int)"/>
    public static async Task True(Func<Task<bool>> condition, Func<string> what, int seconds = Patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start).TotalSeconds < seconds, $"not within {seconds} s: {what()}");
            await Task.Delay(50);
        }
    }
}
