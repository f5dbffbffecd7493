using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gantry.Shape.Native;

/// <summary>The kernel and the native libraries are spoken to in one place, and each function of theirs is described once.</summary>
public sealed class NativeFunctionTests
{
    private const string Home = "src/Gantry.Linux";

    [Fact]
    public void NativeFunctionsAreDeclaredInGantryLinuxAlone() => Ceiling.Hold("native functions in Gantry.Linux alone",
        $"Declare it in {Home}, behind a function that owns errno and handles.",
        from function in Declared.Value
        where function.Project != Home
        select new Finding(function.Project, function.Place, $"{function.Name} of {function.Library}"));

    [Fact]
    public void EachNativeFunctionIsDeclaredOnce() => Ceiling.Hold("each native function once",
        "Use the declaration that is there; where the two differ, one of them is wrong or both are too narrow.",
        from function in Declared.Value.GroupBy(function => (function.Library, function.Name))
        from again in function.Skip(1)
        select new Finding(again.Project, again.Place, $"{again.Name} of {again.Library} is declared in {function.First().Place} already"));

    private static readonly Lazy<IReadOnlyList<Function>> Declared = new(() =>
        [.. Repository.Products.SelectMany(project => project.Files.SelectMany(file => Of(project, file)))]);

    private sealed record Function(string Project, string Place, string Library, string Name);

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
                entry is null ? method.Identifier.ValueText : Text(model, entry));
        }
    }

    private static string Text(SemanticModel model, AttributeArgumentSyntax argument) =>
        (string)model.GetConstantValue(argument.Expression).Value!;
}
