using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Layout;

/// <summary>A class over many files is many classes that share their fields.</summary>
public sealed class TypeSpreadTests
{
    private const int Most = 3;

    [Fact]
    public void NoTypeIsSpreadOverManyFiles() => Ceiling.Hold($"no type over more than {Most} files",
        $"A type lies in at most {Most} files: make types of its own from what the others hold.",
        from project in Repository.Projects
        from type in TypeDeclaration.In(project).GroupBy(type => type.FullName)
        let files = type.Select(part => part.File).Distinct().Count()
        where files > Most
        select new Finding(project.Folder, type.First().Place, $"{type.Key} lies in {files} files"));
}
