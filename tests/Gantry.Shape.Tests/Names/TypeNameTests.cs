using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Names;

/// <summary>Within a project a name says which type is meant, without its namespace.</summary>
public sealed class TypeNameTests
{
    [Fact]
    public void NoTwoTypesOfAProjectHaveOneName() => Ceiling.Hold("no two types of one name",
        "Within a project a type's name is its own, whatever its namespace or number of type parameters: give one of them the name of "
            + "what it alone is.",
        from project in Repository.Projects
        from name in TypeDeclaration.In(project).Where(type => !type.IsNested).GroupBy(type => type.Name)
        from second in name.DistinctBy(type => type.FullName).Skip(1)
        select new Finding(project.Folder, second.Place,
            $"{second.FullName} has the name of {name.First().FullName} ({name.First().Place})"));
}
