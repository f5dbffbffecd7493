using Gantry.Linux.Trees;

namespace Gantry.Build.Files;

/// <summary>Times of files from those of the calendar.</summary>
internal static class FileTimes
{
    public static FileTime Of(DateTimeOffset time) =>
        new(time.ToUnixTimeSeconds(), (uint)(time.UtcTicks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick));
}
