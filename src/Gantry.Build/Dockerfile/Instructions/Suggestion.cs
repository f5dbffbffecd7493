namespace Gantry.Build.Dockerfile.Instructions;

/// <summary>What somebody may have meant who wrote something that does not exist.</summary>
internal static class Suggestion
{
    /// <param name="before">What stands in front of each name in the hint.</param>
    /// <returns><c>did you mean RUN?</c>; null when nothing is near.</returns>
    public static string? For(string written, IEnumerable<string> known, string before = "")
    {
        if (written.Length is 0 or > 40) return null;
        int allowed = Math.Max(1, written.Length / 3);
        (string Name, int Distance) best = known.Select(name => (name, Distance(written.ToUpperInvariant(), name.ToUpperInvariant())))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(one => one.Item2);
        return best.Distance <= allowed ? $"did you mean {before}{best.Name}?" : null;
    }

    /// <summary>How many characters are to be put in, taken out, replaced, or exchanged with their neighbour.</summary>
    private static int Distance(string a, string b)
    {
        int[,] steps = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++) steps[i, 0] = i;
        for (int j = 0; j <= b.Length; j++) steps[0, j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = steps[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                steps[i, j] = Math.Min(replaced, Math.Min(steps[i - 1, j], steps[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    steps[i, j] = Math.Min(steps[i, j], steps[i - 2, j - 2] + 1);
            }
        }
        return steps[a.Length, b.Length];
    }
}
