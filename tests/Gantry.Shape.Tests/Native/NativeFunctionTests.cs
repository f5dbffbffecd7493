using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Native;

/// <summary>The kernel and the native libraries are spoken to in one place, and each function of theirs is described once.</summary>
public sealed class NativeFunctionTests
{
    private const string Home = "src/Gantry.Linux", LibcHome = $"{Home}/Native/";

    /// <summary>Functions that need two declarations, because how a call is made is part of a declaration; with the name of the second
    /// and the reason.</summary>
    private static readonly IReadOnlyDictionary<(string Library, string Name), string> Twice = new Dictionary<(string, string), string>
    {
        // A child between fork and exec calls it without a GC transition and without keeping errno, which have no place on its side;
        // everybody else needs both: the kernel may take its time, and the errno is asked for later.
        [("libc", "syscall")] = "rawsyscall",
    };

    [Fact]
    public void NativeFunctionsAreDeclaredInGantryLinuxAlone() => Ceiling.Hold("native functions in Gantry.Linux alone",
        $"Declare it in {Home}, behind a function that owns errno and handles.",
        from function in Declared.Value
        where function.Project != Home
        select new Finding(function.Project, function.Place, $"{function.Name} of {function.Library}"));

    [Fact]
    public void EachNativeFunctionIsDeclaredOnce() => Ceiling.Hold("each native function once",
        "Use the declaration that is there; where the two differ, one of them is wrong or both are too narrow.",
        from function in Declared.Value.Where(function => Twice.GetValueOrDefault((function.Library, function.Name)) != function.Method)
            .GroupBy(function => (function.Library, function.Name))
        from again in function.Skip(1)
        select new Finding(again.Project, again.Place, $"{again.Name} of {again.Library} is declared in {function.First().Place} already"));

    [Fact]
    public void FunctionsOfLibcAreDeclaredInOneFolder() => Ceiling.Hold("functions of libc in one folder",
        $"Declare it in {LibcHome}, beside those of its kind; a library's functions lie with what uses the library.",
        from function in Declared.Value
        where function.Project == Home && function.Library == "libc" && !function.Place.StartsWith(LibcHome, StringComparison.Ordinal)
        select new Finding(function.Project, function.Place, function.Name));

    [Fact]
    public void WhatMayBeDeclaredTwiceIs()
    {
        foreach (((string library, string name), string second) in Twice)
            Assert.Single(Declared.Value, function => (function.Library, function.Name, function.Method) == (library, name, second));
    }

    private static readonly Lazy<IReadOnlyList<Function>> Declared = new(() =>
        [.. Repository.Products.SelectMany(project => project.Files.SelectMany(file => Of(project, file)))]);

    private sealed record Function(string Project, string Place, string Library, string Name, string Method);

    private static IEnumerable<Function> Of(Project project, SourceFile file)
    {
        foreach (AttributeSyntax attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>())
        {
            if (attribute.Name.ToString().Split('.')[^1] is not ("LibraryImport" or "DllImport")) continue;
            MethodDeclarationSyntax method = attribute.FirstAncestorOrSelf<MethodDeclarationSyntax>()!;
            SeparatedSyntaxList<AttributeArgumentSyntax> arguments = attribute.ArgumentList!.Arguments;
            AttributeArgumentSyntax? entry = arguments.FirstOrDefault(argument => argument.NameEquals?.Name.ToString() == "EntryPoint");
            SemanticModel model = project.Compilation.Model(file);
            yield return new(project.Folder, SourceFile.Place(method.Identifier.GetLocation()), Text(model, arguments[0]),
                entry is null ? method.Identifier.ValueText : Text(model, entry), method.Identifier.ValueText);
        }
    }

    private static string Text(SemanticModel model, AttributeArgumentSyntax argument) =>
        (string)model.GetConstantValue(argument.Expression).Value!;
}
