using System.Reflection;

namespace Gantry.Conformance.Runtimes;

/// <summary>The programs under test. <c>RUNTIME=path</c> names one; otherwise ours, and runc and crun where they are installed.</summary>
public static class ContainerRuntime
{
    private const string Ours = "gantry-runtime";
    private static readonly string s_repository = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == "Repository").Value!;
    private static readonly string? s_chosen = Chosen(Environment.GetEnvironmentVariable("RUNTIME"));

    /// <summary>A name is the program's file name: Debian's peers go by theirs in <see cref="Peers"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = s_chosen is null ? [Ours, "runc", "crun"] : [Path.GetFileName(s_chosen)];

    /// <returns>Null when it is not installed.</returns>
    public static string? Find(string name)
    {
        if (s_chosen is not null) return s_chosen;
        if (name == Ours) return Path.Combine(Environment.GetEnvironmentVariable("GANTRY_PROGRAMS") ?? Path.Combine(s_repository, "artifacts/publish"), Ours);
        return InPath(name);
    }

    public static string PathOf(string name)
    {
        string? path = Find(name);
        Assert.True(File.Exists(path), $"{path ?? name} is not there: make publish");
        return path!;
    }

    // The runner of the tests is in another directory than the user who named the path.
    private static string? Chosen(string? given) => string.IsNullOrEmpty(given) ? null
        : given.Contains('/') ? Path.GetFullPath(given, Environment.GetEnvironmentVariable("PWD") ?? Environment.CurrentDirectory)
        : InPath(given) ?? given;

    private static string? InPath(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, name)).FirstOrDefault(File.Exists);
}
