using System.Reflection;

namespace Gantry.Shape.Sources;

/// <summary>The tree of files that these tests judge: the one that they were built in.</summary>
public static class Repository
{
    // First, because the others are made from it.
    public static string Root { get; } = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "Repository").Value!.TrimEnd('/');

    private static readonly Lazy<IReadOnlyList<Project>> Loaded = new(() =>
        [.. Directory.GetFiles(Root, "*.csproj", SearchOption.AllDirectories).Select(Relative)
            .Where(path => path.Split('/') is ["src" or "tests", _, _]).Order(StringComparer.Ordinal).Select(path => new Project(path))]);

    /// <summary>Those of <c>src</c> and <c>tests</c>, in the order of their paths.</summary>
    public static IReadOnlyList<Project> Projects => Loaded.Value;

    public static IEnumerable<Project> Products => Projects.Where(project => project.IsProduct);

    /// <summary>What several test projects compile, and none owns.</summary>
    public static IReadOnlyList<SourceFile> SharedFiles { get; } = SourceFile.Below("tests/Shared");

    /// <summary>Every C# file of <c>src</c> and <c>tests</c> that a person wrote.</summary>
    public static IEnumerable<SourceFile> Files => Projects.SelectMany(project => project.Files).Concat(SharedFiles);

    /// <summary>Every file and folder but those that git and the build have made, from the root, with slashes.</summary>
    public static IReadOnlyList<string> Entries { get; } =
        [.. new DirectoryInfo(Root).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Select(entry => Relative(entry.FullName))
            .Where(IsOwn)];

    public static string Absolute(string relative) => Path.Combine(Root, relative);

    public static string Relative(string absolute) => Path.GetRelativePath(Root, absolute);

    private static bool IsOwn(string path) =>
        path.Split('/') is not ([".git" or "artifacts" or "TestResults", ..] or ["src" or "tests", _, "bin" or "obj", ..]);
}
