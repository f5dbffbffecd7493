using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Names;

/// <summary>The part of the one naming rule that .editorconfig cannot say.</summary>
public sealed class MemberTests
{
    /// <summary>Fields and properties are the compiler's to judge; only a native function has the name that others gave it.</summary>
    [Fact]
    public void MethodsAreInPascalCase() => Ceiling.Hold("methods in PascalCase",
        "Methods, tests included, are named WhatHoldsWhen, without underscores.",
        from file in Repository.Files
        from method in file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
        let name = method.Identifier.ValueText
        where (name.Contains('_') || char.IsLower(name[0])) && !IsNative(method)
        select new Finding(Finding.ProjectOf(file.Path), SourceFile.Place(method.Identifier.GetLocation()), name));

    /// <summary>The type says how far it is seen. A second word for that at each member can only say the same, or what is not so.</summary>
    [Fact]
    public void MembersOfInternalTypesArePublicOrPrivate() => Ceiling.Hold("members of internal types are public or private",
        "Write public: the type is seen within its project alone, and its members with it.",
        from project in Repository.Projects
        let visible = Visible(project)
        from file in project.Files
        from member in file.Syntax.DescendantNodes().OfType<MemberDeclarationSyntax>()
        where member is not BaseTypeDeclarationSyntax && member.Parent is TypeDeclarationSyntax && member.Modifiers is var words
            && words.Any(SyntaxKind.InternalKeyword) && !words.Any(SyntaxKind.ProtectedKeyword)
            && member.Ancestors().OfType<TypeDeclarationSyntax>().Any(type => !visible.Contains(TypeDeclaration.FullNameOf(type)))
        select new Finding(project.Folder, SourceFile.Place(member), "internal, in a type that is not public"));

    /// <summary>A part of a type need not say what another part says.</summary>
    private static HashSet<string> Visible(Project project) =>
        [.. from file in project.Files
            from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type.Modifiers.Any(SyntaxKind.PublicKeyword) || type.Modifiers.Any(SyntaxKind.ProtectedKeyword)
            select TypeDeclaration.FullNameOf(type)];

    private static bool IsNative(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(list => list.Attributes)
            .Any(attribute => attribute.Name.ToString() is "LibraryImport" or "DllImport");
}
