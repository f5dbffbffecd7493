using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gantry.Shape.Sources;

/// <summary>What the compiler knows of one project's sources: which symbol every name means.</summary>
/// <remarks>The generators do not run, so the bodies of generated members are missing; nothing here asks for them.</remarks>
public sealed class ProjectCompilation
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;
        """;
    private const string WebUsings = """
        global using System.Net.Http.Json; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;
    private static readonly Lazy<Dictionary<string, MetadataReference>> Assemblies =
        new(() => ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(':').DistinctBy(Path.GetFileName)
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, path => (MetadataReference)MetadataReference.CreateFromFile(path)));

    private readonly CSharpCompilation _compilation;

    internal ProjectCompilation(Project project)
    {
        string sdk = project.Definition.Root!.Attribute("Sdk")!.Value;
        SyntaxTree usings = CSharpSyntaxTree.ParseText(sdk.EndsWith(".Web", StringComparison.Ordinal) ? Usings + WebUsings : Usings,
            new CSharpParseOptions(LanguageVersion.Preview), "GlobalUsings");
        HashSet<string> own = [.. Repository.Products.Select(product => product.Name), "gantry", "gantryd", "gantry-runtime"];
        IEnumerable<MetadataReference> framework = Assemblies.Value.Where(pair => !own.Contains(pair.Key)).Select(pair => pair.Value);
        IEnumerable<MetadataReference> projects = project.References.Select(reference => Assemblies.Value[Project.NameOf(reference)]);
        _compilation =
            CSharpCompilation.Create(project.Name, [usings, .. project.Files.Select(file => file.Tree)], [.. framework, .. projects],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
    }

    public SemanticModel Model(SourceFile file) => _compilation.GetSemanticModel(file.Tree);
}
