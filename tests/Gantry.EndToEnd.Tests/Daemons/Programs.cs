using System.Reflection;

namespace Gantry.EndToEnd.Daemons;

/// <summary>Where the programs under test and the strangers are.</summary>
public static class Programs
{
    public static readonly string Repository = typeof(Programs).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(a => a.Key == "Repository").Value!;

    public static string Published =>
        Environment.GetEnvironmentVariable("GANTRY_PROGRAMS") ?? Path.Combine(Repository, "artifacts/publish");
    public static string Gantry => Path.Combine(Published, "gantry");
    public static string Daemon => Path.Combine(Published, "gantryd");
    public static string Runtime => Path.Combine(Published, "gantry-runtime");

    /// <returns>Null when no directory of PATH, or of root's usual one, has it.</returns>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':').Select(d => Path.Combine(d, name))
            .FirstOrDefault(File.Exists);
}
