namespace Gantry.Build.Tests.Dockerfile;

/// <summary>A table of cases: a row a line, its cells between tabs.</summary>
internal static class TableFile
{
    public static IEnumerable<string[]> Rows(string name) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Dockerfile/Tables", name))
            .Where(line => !line.StartsWith("# ", StringComparison.Ordinal)).Select(line => line.Split('\t'));
}
