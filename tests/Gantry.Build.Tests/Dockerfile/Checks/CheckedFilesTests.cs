using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;

namespace Gantry.Build.Tests.Dockerfile.Checks;

/// <summary><c>checked/CASE</c>: a <c>Dockerfile</c>, perhaps its <c>.dockerignore</c>, and what the checks say of it.</summary>
public sealed class CheckedFilesTests
{
    private static readonly string Files = Path.Combine(AppContext.BaseDirectory, "Dockerfile/testfiles/checked");

    private static readonly Dictionary<string, string> Base =
        new() { ["PATH"] = "/bin", ["JAVA_HOME"] = "/usr/lib/jvm/default" };

    public static TheoryData<string> Cases =>
        new(Directory.EnumerateDirectories(Files).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Cases))]
    public void SaysWhatIsWrong(string name)
    {
        string directory = Path.Combine(Files, name), ignore = Path.Combine(directory, ".dockerignore");
        BuildFile file = BuildFile.Parse(File.ReadAllText(Path.Combine(directory, "Dockerfile")));
        CheckSubject subject = new(file)
        {
            Ignored = File.Exists(ignore) ? IgnorePatterns.Parse(SourceFile.Of(File.ReadAllText(ignore), ".dockerignore")) : null,
            ImageEnvironment = image => image == "base" ? Base : null,
        };
        IEnumerable<string> found = BuildChecks.Run(subject, CheckOptions.Parse(file.Lexed.Directives.Check))
            .Select(warning => $"{warning.Range.Line} {warning.Check}: {warning.Message}\n");
        string expected = Path.Combine(directory, "expected");
        Assert.Equal(File.Exists(expected) ? File.ReadAllText(expected) : "", string.Concat(found));
    }

    /// <summary>Each check has a case here in which it finds something.</summary>
    [Fact]
    public void EveryCheckFindsSomething()
    {
        string all = string.Concat(Directory.EnumerateFiles(Files, "expected", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Empty(BuildChecks.All.Where(check => !all.Contains($" {check.Name}: ")).Select(check => check.Name));
    }
}
