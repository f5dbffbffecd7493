using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Names;

/// <summary>The part of the one naming rule that .editorconfig cannot say: which methods are tests, and that words are told apart by capitals alone.</summary>
public sealed class TestNameTests
{
    [Fact]
    public void TestsAreNamedLikeAllMethods() => Ceiling.Hold("test methods in PascalCase",
        "Tests are named like all methods: WhatHoldsWhen, without underscores.",
        from project in Repository.Projects
        where !project.IsProduct
        from file in project.Files
        from method in file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.Count > 0 && method.Body is not null | method.ExpressionBody is not null && (method.Identifier.ValueText.Contains('_') || char.IsLower(method.Identifier.ValueText[0]))
        select new Finding(project.Folder, SourceFile.Place(method.Identifier.GetLocation()), method.Identifier.ValueText));
}
