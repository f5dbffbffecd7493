using Gantry.Shape.Ceilings;
using Gantry.Shape.Sources;

namespace Gantry.Shape.Workloads;

/// <summary>What is to run is said in one record, a workload, and one place turns that into a <c>config.json</c>: who wants something
/// run says nothing to the runtime, and who writes for the runtime does not know who wants it.</summary>
public sealed class BundleWriterTests
{
    private const string Writer = "Gantry.Workloads";

    // What the runtime is told and what it makes of that; the types themselves, and the command that writes an example.
    private static readonly string[] Readers = ["Gantry.Oci", "Gantry.Runtime"];
    private static readonly string[] Documents = ["Gantry.Oci.Runtime.OciSpec", "Gantry.Oci.Runtime.OciProcess"];

    [Fact]
    public void WhatWritesTheBundleKnowsNeitherContainersNorTheirSettings()
    {
        Project writer = Repository.Products.Single(project => project.Name == Writer);
        Assert.DoesNotContain(writer.Assembly.References, name => name is "Gantry.Engine" or "Gantry.Api" or "Gantry.Shim");
    }

    [Fact]
    public void NobodyElseWritesOne() => Ceiling.Hold("one place writes config.json",
        $"Produce a Workload, or a WorkloadProcess, and let {Writer} turn it into the specification's form.",
        from project in Repository.Products
        where project.Name != Writer && !Readers.Contains(project.Name)
        from made in project.Assembly.Makes(Documents)
        select new Finding(project.Folder, made.Place, $"makes an {made.Type}"));
}
