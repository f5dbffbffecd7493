using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Projects;

/// <summary>HTTP is how the daemon is spoken to and how it speaks to registries; what is between the two answers with kinds of errors
/// and outcomes that have names.</summary>
public sealed class HttpTests
{
    private static readonly string[] Speakers = ["Gantry.Api", "Gantry.Registry", "Gantry.BuildKit", "Gantry.Daemon"];

    [Fact]
    public void OnlyThoseWhosePurposeItIsKnowHttp() => Ceiling.Hold("HTTP in few projects",
        "Let the project that speaks HTTP say with a name what happened, and decide by that.",
        from project in Repository.Products
        where !Speakers.Contains(project.Name)
        from type in project.Assembly.Foreign
        where type.StartsWith("System.Net.Http.", StringComparison.Ordinal)
            || type.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
            || type == "System.Net.HttpStatusCode"
        select new Finding(project.Folder, $"{project.Path}:1", $"{project.Name} uses {type}"));
}
