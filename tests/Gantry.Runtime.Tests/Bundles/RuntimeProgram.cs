using System.Reflection;

namespace Gantry.Runtime.Tests.Bundles;

public static class RuntimeProgram
{
    /// <summary>The published program where there is one, else the one that was built with these tests.</summary>
    public static string Path { get; } = Find();

    public static bool IsPublished => !Path.StartsWith(AppContext.BaseDirectory, StringComparison.Ordinal);

    private static string Find()
    {
        string repository = typeof(RuntimeProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .First(a => a.Key == "Repository").Value!;
        string directory = Environment.GetEnvironmentVariable("GANTRY_PROGRAMS") ?? System.IO.Path.Combine(repository, "artifacts/publish");
        string published = System.IO.Path.Combine(directory, "gantry-runtime");
        return File.Exists(published) ? published : System.IO.Path.Combine(AppContext.BaseDirectory, "gantry-runtime");
    }
}
