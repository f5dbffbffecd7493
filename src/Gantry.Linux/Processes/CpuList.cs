using System.Globalization;

namespace Gantry.Linux.Processes;

/// <summary>A list of processors as cpuset(7) writes it: <c>0-3,7</c>.</summary>
public static class CpuList
{
    /// <summary>The most that a kernel can be built for.</summary>
    private const int MaxProcessors = 8192;

    /// <returns>A bit for each processor, as sched_setaffinity(2) takes it.</returns>
    /// <exception cref="GantryException">Not such a list; <paramref name="field"/> is named.</exception>
    public static ulong[] Parse(string text, string field)
    {
        ulong[] mask = new ulong[MaxProcessors / 64];
        int highest = -1;
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Trim().Split('-');
            if (ends.Length > 2 || !Number(ends[0], out int first) || !Number(ends[^1], out int last) || last < first)
                throw GantryException.Invalid($"{field} \"{text}\" is not a list of processors such as 0-3,7");
            for (int cpu = first; cpu <= last; cpu++) mask[cpu / 64] |= 1UL << (cpu % 64);
            highest = Math.Max(highest, last);
        }
        return mask[..(highest / 64 + 1)];
    }

    private static bool Number(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number < MaxProcessors;
}
