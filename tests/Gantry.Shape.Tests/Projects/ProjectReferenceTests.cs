using System.Xml;
using System.Xml.Linq;
using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Projects;

/// <summary>Who uses whom is decided in one table, and a project names each that it uses.</summary>
public sealed class ProjectReferenceTests
{
    private const string Properties = "Directory.Build.props";

    [Fact]
    public void ReferencesAreThoseOfTheTable() => Ceiling.Hold("references are those of the table",
        $"Decide which is right, and write it into both {ReferenceTable.Path} and the project.",
        Repository.Products.SelectMany(Differences).Concat(Absent()));

    [Fact]
    public void EachProjectUsesOnlyThoseAboveIt() => Ceiling.Hold("a project uses only those above it",
        "The table is read from the top: move what is used down there into a project above both.",
        from row in ReferenceTable.Read().Index()
        from reference in row.Item.References
        where !ReferenceTable.Read().Take(row.Index).Any(above => above.Project == reference)
        select new Finding($"src/{row.Item.Project}", row.Item.Place,
            $"{row.Item.Project} uses {reference}, which does not stand above it"));

    [Fact]
    public void NothingIsReferencedThatNobodyUses() => Ceiling.Hold("no reference that nobody uses", "Remove it, and from the table.",
        from project in Repository.Products
        let used = project.Assembly.References.ToHashSet()
        from reference in project.References
        where !used.Contains(Project.NameOf(reference))
        select new Finding(project.Folder, Place(project, reference), $"{project.Name} uses nothing of {Project.NameOf(reference)}"));

    [Fact]
    public void NothingIsUsedThatIsNotReferenced()
    {
        const string Property = "DisableTransitiveProjectReferences";
        XElement shared = XDocument.Load(Repository.Absolute(Properties)).Descendants(Property).Single();
        Assert.True(shared.Value == "true" && shared.Parent!.Attribute("Condition")!.Value.Contains("src/"),
            $"{Properties}: {Property} has to be true for src; without it a project uses what its references use, and no table says so.");
        Ceiling.Hold("no reference by way of another", $"Remove {Property}: {Properties} has it for all.",
            from project in Repository.Products
            from property in project.Definition.Descendants(Property)
            select new Finding(project.Folder, Place(project, property), $"{Property} of its own"));
    }

    private static IEnumerable<Finding> Differences(Project project)
    {
        var row = ReferenceTable.Read().FirstOrDefault(row => row.Project == project.Name);
        if (row.Project is null) return [new(project.Folder, $"{project.Path}:1", $"{project.Name} is not in {ReferenceTable.Path}")];
        return project.References.Where(reference => !row.References.Contains(Project.NameOf(reference)))
            .Select(
            extra => new Finding(project.Folder, Place(project, extra), $"references {Project.NameOf(extra)}; {row.Place} does not"))
            .Concat(row.References.Except(project.References.Select(Project.NameOf))
                .Select(
                missing => new Finding(project.Folder, row.Place, $"{project.Name} references {missing} here; {project.Path} does not")));
    }

    private static IEnumerable<Finding> Absent() =>
        from row in ReferenceTable.Read()
        where !Repository.Products.Any(project => project.Name == row.Project)
        select new Finding($"src/{row.Project}", row.Place, $"there is no src/{row.Project}");

    private static string Place(Project project, IXmlLineInfo element) => $"{project.Path}:{element.LineNumber}";
}
