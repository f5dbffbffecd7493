using System.Text.Json;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Ceilings;

/// <summary>How many places each project may have that a rule does not want. The figures only fall: more fails, and so does less,
/// until the figure is lowered.</summary>
public static class Ceiling
{
    /// <summary>What is not named there is 0.</summary>
    private const string FileName = "tests/Gantry.Shape.Tests/ceilings.json";

    private static readonly Lazy<Dictionary<string, Dictionary<string, int>>> Figures = new(() =>
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, int>>>(File.ReadAllText(Repository.Absolute(FileName)))!);

    /// <param name="rule">Its name in the file.</param>
    /// <param name="remedy">What to do about a finding, in a sentence.</param>
    public static void Hold(string rule, string remedy, IEnumerable<Finding> findings)
    {
        Dictionary<string, int> allowed = Figures.Value.GetValueOrDefault(rule, []);
        ILookup<string, Finding> found = findings.ToLookup(finding => finding.Project);
        List<string> failures = [];
        foreach (string project in found.Select(group => group.Key).Union(allowed.Keys).Order(StringComparer.Ordinal))
        {
            int ceiling = allowed.GetValueOrDefault(project), count = found[project].Count();
            if (count > ceiling) failures.Add(TooMany(project, count, ceiling, found[project]));
            else if (count < ceiling)
                failures.Add($"{project}: {count} now, fewer than the {ceiling} of before. Keep it so: {Edit(rule, project, count)}");
        }
        if (failures.Count > 0) Assert.Fail($"{rule}. {remedy}\n\n{string.Join("\n", failures)}");
    }

    private static string TooMany(string project, int count, int ceiling, IEnumerable<Finding> findings)
    {
        string which = ceiling == 0 ? "" : $" where {ceiling} are still there from before; mend as many as came, or any other";
        return $"{project}: {count}{which}:\n{string.Join("", findings.Select(finding => $"  {finding}\n"))}";
    }

    private static string Edit(string rule, string project, int count) => count == 0
        ? $"remove \"{project}\" from \"{rule}\" in {FileName}"
        : $"write \"{project}\": {count} below \"{rule}\" in {FileName}";
}
