using System.Reflection;

namespace Gantry.Conformance.Runtimes;

/// <summary>The programs under test: ours, or those that <c>RUNTIME</c> names, by name or path, with commas between.</summary>
public static class ContainerRuntime
{
    private const string Ours = "gantry-runtime";
    private static readonly string Repository = typeof(ContainerRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "Repository").Value!;
    private static readonly Dictionary<string, string?> Paths = Chosen(Environment.GetEnvironmentVariable("RUNTIME"));

    /// <summary>A name is the program's file name: Debian's peers go by theirs in <see cref="Peers"/>.</summary>
    public static IReadOnlyCollection<string> Names => Paths.Keys;

    /// <returns>Null when it is not installed.</returns>
    public static string? Find(string name) => Paths[name];

    public static string PathOf(string name)
    {
        string? path = Find(name);
        Assert.True(File.Exists(path), $"{path ?? name} is not there: make publish");
        return path!;
    }

    private static Dictionary<string, string?> Chosen(string? given) =>
        (string.IsNullOrEmpty(given) ? Ours : given).Split(',').ToDictionary(one => Path.GetFileName(one), Resolve);

    // The runner of the tests is in another directory than the user who named the path.
    private static string? Resolve(string given) =>
        given.Contains('/') ? Path.GetFullPath(given, Environment.GetEnvironmentVariable("PWD") ?? Environment.CurrentDirectory)
        : given == Ours
        ? Path.Combine(Environment.GetEnvironmentVariable("GANTRY_PROGRAMS") ?? Path.Combine(Repository, "artifacts/publish"), Ours)
        : InPath(given);

    private static string? InPath(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, name))
            .FirstOrDefault(File.Exists);
}
