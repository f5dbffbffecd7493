using System.Globalization;
using Gantry.Linux.Files;

namespace Gantry.Linux.Cgroups.Statistics;

/// <summary>Reading the kernel's counters; a file that this kernel has not reads as nothing.</summary>
internal static class StatisticsFile
{
    public static string Text(string? directory, string file) =>
        directory is not null && File.Exists($"{directory}/{file}") ? LinuxFile.ReadText($"{directory}/{file}") : "";

    /// <returns>0 when there is none; the largest number for "max".</returns>
    public static ulong Number(string? directory, string file) => Parse(Text(directory, file));

    public static ulong Parse(string text) => text.Trim() is var trimmed && trimmed == "max" ? ulong.MaxValue
        : ulong.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;

    /// <summary>Lines of "key number".</summary>
    public static Dictionary<string, ulong> Keyed(string? directory, string file)
    {
        Dictionary<string, ulong> values = [];
        foreach (string line in Text(directory, file).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2) values[words[0]] = Parse(words[1]);
        }
        return values;
    }

    public static IEnumerable<ulong> Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Parse);

    /// <param name="device"><c>8:0</c>.</param>
    public static BlockCounter DeviceCounter(string device, string operation, string value)
    {
        string[] numbers = device.Split(':');
        return new BlockCounter(Parse(numbers[0]), Parse(numbers[^1]), operation, Parse(value));
    }

    /// <summary>"0-2,4" → 0 1 2 4.</summary>
    public static IEnumerable<ulong> Ranges(string text)
    {
        foreach (string range in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] ends = range.Split('-');
            for (ulong i = Parse(ends[0]), last = Parse(ends[^1]); i <= last; i++) yield return i;
        }
    }
}
