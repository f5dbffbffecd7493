using System.Xml.Linq;

namespace Gantry.Shape.Sources;

/// <summary>A project of <c>src</c> or <c>tests</c>: its own file, and the C# files of its folder.</summary>
public sealed class Project
{
    private readonly Lazy<ProjectCompilation> _compilation;
    private readonly Lazy<ProjectAssembly> _assembly;

    public Project(string path)
    {
        Path = path;
        Definition = XDocument.Load(Repository.Absolute(path), LoadOptions.SetLineInfo);
        Files = SourceFile.Below(Folder);
        _compilation = new(() => new ProjectCompilation(this));
        _assembly = new(() => new ProjectAssembly(this));
    }

    /// <summary>From the root of the repository.</summary>
    public string Path { get; }
    public XDocument Definition { get; }
    public IReadOnlyList<SourceFile> Files { get; }
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;
    public bool IsProduct => Path.StartsWith("src/", StringComparison.Ordinal);
    public string RootNamespace => Definition.Descendants("RootNamespace").FirstOrDefault()?.Value ?? Name;
    public IEnumerable<XElement> References => Definition.Descendants("ProjectReference");

    /// <summary>Of <c>src</c> alone.</summary>
    public ProjectCompilation Compilation => _compilation.Value;
    /// <inheritdoc cref="Compilation"/>
    public ProjectAssembly Assembly => _assembly.Value;

    public static string NameOf(XElement reference) => System.IO.Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value);

    public override string ToString() => Name;
}
