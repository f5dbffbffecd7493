using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Gantry.Shape.Sources;

/// <summary>A C# file, parsed when somebody asks.</summary>
/// <param name="Path">From the root of the repository, with slashes.</param>
public sealed record SourceFile(string Path)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.None);
    private readonly Lazy<SyntaxTree> _tree = new(() =>
    {
        string absolute = Repository.Absolute(Path);
        using FileStream stream = File.OpenRead(absolute);
        return CSharpSyntaxTree.ParseText(SourceText.From(stream), Options, Path);
    });

    public SyntaxTree Tree => _tree.Value;
    public SourceText Text => Tree.GetText();
    public SyntaxNode Syntax => Tree.GetRoot();
    /// <summary>The folder, from the root of the repository.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>Where a node stands, as an editor opens it: <c>path:line</c>.</summary>
    public static string Place(SyntaxNode node) => Place(node.GetLocation());

    public static string Place(Location location)
    {
        FileLinePositionSpan span = location.GetLineSpan();
        return $"{span.Path}:{span.StartLinePosition.Line + 1}";
    }

    /// <summary>All in and below a directory but what the build has put there.</summary>
    internal static IReadOnlyList<SourceFile> Below(string directory)
    {
        IEnumerable<string> paths = Directory.EnumerateFiles(Repository.Absolute(directory), "*.cs", SearchOption.AllDirectories);
        return [.. paths.Select(Repository.Relative).Where(path => path.Split('/') is not [_, _, "obj" or "bin", ..])
            .Order(StringComparer.Ordinal).Select(path => new SourceFile(path))];
    }
}
