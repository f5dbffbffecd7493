using System.Text.RegularExpressions;
using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Documents;

/// <summary>A promise that names its test is kept by that test; one whose test was renamed is kept by nobody.</summary>
public sealed partial class TestReferenceTests
{
    [Fact]
    public void TestsExist() => Ceiling.Hold("tests in documents exist", "Name the test that holds it today.",
        from document in Document.All
        from name in InSentences(document).Concat(InTables(document)).Distinct()
        where !Tests.Value.Contains(name.Text)
        select new Finding("docs", name.Place, $"there is no test {name.Text}"));

    [Fact]
    public void VariablesOfTheEnvironmentAreReadSomewhere() =>
        Ceiling.Hold("environment variables in documents exist", "Write the name that is read today.",
        from document in Document.All
        from text in document.Spans.Concat(document.CommandLines)
        from Match name in Variable().Matches(text.Text)
        where !Variables.Value.Contains(name.Value)
        select new Finding("docs", text.Place, $"nothing reads {name.Value}"));

    /// <summary>Classes, their methods, and both with a point between.</summary>
    private static readonly Lazy<HashSet<string>> Tests = new(() =>
        [.. from project in Repository.Projects
            where !project.IsProduct
            from file in project.Files
            from type in file.Syntax.DescendantNodes().OfType<ClassDeclarationSyntax>()
            from name in type.Members.OfType<MethodDeclarationSyntax>().Select(method => method.Identifier.ValueText)
                .SelectMany(method => new[] { method, $"{type.Identifier.ValueText}.{method}" }).Append(type.Identifier.ValueText)
            select name]);

    private static readonly Lazy<HashSet<string>> Variables = new(() =>
        [.. from path in Repository.Entries
            where path.EndsWith(".cs", StringComparison.Ordinal) || path == "Makefile"
                || path.StartsWith("scripts/", StringComparison.Ordinal)
                || path.StartsWith("bench/", StringComparison.Ordinal)
            where File.Exists(Repository.Absolute(path))
            from Match name in Variable().Matches(File.ReadAllText(Repository.Absolute(path)))
            select name.Value]);

    private static IEnumerable<DocumentText> InSentences(Document document) => document.Spans.Where(text => TestName().IsMatch(text.Text));

    private static IEnumerable<DocumentText> InTables(Document document) =>
        from row in document.Rows
        from cell in row.Cells.Zip(row.Head)
        where cell.Second == "test"
        from Match name in Quoted().Matches(cell.First)
        select new DocumentText(row.Place, name.Groups[1].Value);

    [GeneratedRegex(@"^[A-Z]\w*Tests(\.\w+)?$")]
    private static partial Regex TestName();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\bGANTRY_[A-Z0-9_]+")]
    private static partial Regex Variable();
}
