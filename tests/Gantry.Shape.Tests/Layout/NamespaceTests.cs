using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Layout;

/// <summary>Whoever knows a type's full name knows its folder, and the other way round.</summary>
public sealed class NamespaceTests
{
    [Fact]
    public void TheNamespaceIsTheFolder() => Ceiling.Hold("namespace is folder",
        "A file's namespace is its project's root namespace with the folders behind it: move the file or rename the namespace.",
        Repository.Projects.SelectMany(project => project.Files.SelectMany(file => Strays(file, Expected(project, file))))
            .Concat(Repository.SharedFiles.SelectMany(file => Strays(file, "Gantry.Tests.Shared"))));

    private static string Expected(Project project, SourceFile file) =>
        $"{project.RootNamespace}{file.Folder[project.Folder.Length..].Replace('/', '.')}";

    /// <returns>One at most: a file is right or it is not.</returns>
    private static IEnumerable<Finding> Strays(SourceFile file, string expected)
    {
        foreach (MemberDeclarationSyntax type in file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>().Where(IsType))
        {
            string actual = string.Join('.',
                type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Reverse().Select(space => space.Name.ToString()));
            if (actual == expected) continue;
            string what = actual.Length == 0 ? "no namespace" : $"namespace {actual}";
            return [new(Finding.ProjectOf(file.Path), SourceFile.Place(type), $"{what}, not {expected}")];
        }
        return [];
    }

    private static bool IsType(MemberDeclarationSyntax member) =>
        member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
            && member.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax;
}
