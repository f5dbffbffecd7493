using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Sources;

/// <summary>A place where a type is declared; a type of several parts has several.</summary>
/// <param name="Name">Without namespace and type parameters.</param>
/// <param name="FullName">With namespace, the types around it and the number of type parameters.</param>
public sealed record TypeDeclaration(string Name, string FullName, SourceFile File, string Place, bool IsNested)
{
    public static IEnumerable<TypeDeclaration> In(Project project) => project.Files.SelectMany(In);

    private static IEnumerable<TypeDeclaration> In(SourceFile file) =>
        from node in file.Syntax.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax
            or TypeDeclarationSyntax)
        where NameOf(node) is not null
        select new TypeDeclaration(NameOf(node)!.Value.ValueText, FullNameOf(node), file,
            SourceFile.Place(NameOf(node)!.Value.GetLocation()), node.Parent is TypeDeclarationSyntax);

    private static SyntaxToken? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type when !type.IsKind(SyntaxKind.ExtensionBlockDeclaration) => type.Identifier,
        DelegateDeclarationSyntax type => type.Identifier,
        _ => null,
    };

    internal static string FullNameOf(SyntaxNode node) =>
        string.Join('.', node.AncestorsAndSelf().Reverse().Select(Part).Where(part => part.Length > 0));

    private static string Part(SyntaxNode node)
    {
        if (node is BaseNamespaceDeclarationSyntax space) return space.Name.ToString();
        int arity = (node as TypeDeclarationSyntax)?.Arity ?? (node as DelegateDeclarationSyntax)?.Arity ?? 0;
        return NameOf(node) is { } name ? name.ValueText + (arity > 0 ? $"`{arity}" : "") : "";
    }
}
