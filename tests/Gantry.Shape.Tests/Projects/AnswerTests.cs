using System.Text.RegularExpressions;
using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Projects;

/// <summary>The engine answers with records of its own; how an answer looks in which version of the API is the daemon's affair.</summary>
public sealed partial class AnswerTests
{
    private const string Engine = "Gantry.Engine";

    /// <summary>What is small and the same in every version.</summary>
    private static readonly string[] Same =
    [
        "Gantry.Api.Containers.ContainerCreateResponse", "Gantry.Api.Containers.ContainerUpdateResponse",
        "Gantry.Api.Containers.ContainersPruneResponse", "Gantry.Api.Execs.ExecInspect",
    ];

    [Fact]
    public void TheEngineKnowsNoAnswersOfTheApi() => Ceiling.Hold("no answers of the API in the engine",
        "Answer with a record of the engine, and shape it in a *Wire of the daemon.",
        from project in Repository.Products
        where project.Name == Engine
        from type in project.Assembly.Foreign.Except(Same)
        where Answer().IsMatch(type)
        select new Finding(project.Folder, $"{project.Path}:1", $"{project.Name} uses {type}"));

    [Fact]
    public void WhatIsExceptedIsUsed() => Assert.Empty(
        Same.Except(Repository.Products.Single(project => project.Name == Engine).Assembly.Foreign));

    [GeneratedRegex(@"^Gantry\.Api\.\w+\.(\w+(Response|Inspect|Summary|State)|NetworkSettings|MountPoint|ContainerPort|GraphDriver)$")]
    private static partial Regex Answer();
}
