using System.Reflection;

namespace Gantry.Conformance.Runtimes;

/// <summary>The programs under test. <c>RUNTIME=path</c> names one; otherwise ours, and runc and crun where they are installed.</summary>
public static class ContainerRuntime
{
    private const string Ours = "gantry-runtime";
    private static readonly string s_repository = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Repository").Value!;
    private static readonly string? s_chosen = Environment.GetEnvironmentVariable("RUNTIME") is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>A name is the program's file name: Debian's peers go by theirs in <see cref="Peers"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = s_chosen is null ? [Ours, "runc", "crun"] : [Path.GetFileName(s_chosen)];

    /// <returns>Null when it is not installed.</returns>
    public static string? Find(string name)
    {
        if (s_chosen is not null) return s_chosen;
        if (name == Ours) return Path.Combine(Environment.GetEnvironmentVariable("GANTRY_PROGRAMS") ?? Path.Combine(s_repository, "artifacts/publish"), Ours);
        return $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
    }

    public static string PathOf(string name)
    {
        string? path = Find(name);
        Assert.True(File.Exists(path), $"{path ?? name} is not there: make publish");
        return path!;
    }
}
