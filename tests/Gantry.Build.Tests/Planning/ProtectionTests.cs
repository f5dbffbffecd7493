using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Tests.Solver;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Planning;

/// <summary>What takes a step's protections away is said by who asks for the build, never by what is built.</summary>
public sealed class ProtectionTests : IDisposable
{
    private readonly SolverStores _stores = new();

    public void Dispose() => _stores.Dispose();

    /// <summary>An image whose author wants a word in what is built on it.</summary>
    private sealed class Images(string trigger) : IBaseImages
    {
        public Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation) =>
            Task.FromResult(new BaseImage("sha256:" + new string('a', 64), new OciImage
            {
                Architecture = "amd64", Os = "linux", Config = new ImageConfig { OnBuild = trigger.Length > 0 ? [trigger] : null },
            }, BuiltTree.Empty));
    }

    private async Task<BuildPlan> PlanAsync(string dockerfile, string trigger = "", string network = "default")
    {
        using Lease lease = _stores.Collector.Lease("tests");
        return await BuildPlanner.PlanAsync(BuildFile.Parse(dockerfile), new BuildOptions
        {
            Surroundings = new RunSurroundings { Network = network },
        }, new Images(trigger), lease, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("RUN --security=insecure id", "security.insecure is not allowed")]
    [InlineData("RUN --network=host id", "network.host is not allowed")]
    public async Task NeitherADockerfileNorAnImageTakesThemAway(string step, string why)
    {
        Assert.Contains(why, (await Assert.ThrowsAsync<DockerfileException>(() => PlanAsync($"FROM scratch\n{step}\n"))).Message);
        Assert.Contains(why, (await Assert.ThrowsAsync<DockerfileException>(() => PlanAsync("FROM image\nRUN id\n", step))).Message);
        // Also in a stage that the target only copies from.
        Assert.Contains(why, (await Assert.ThrowsAsync<DockerfileException>(() =>
            PlanAsync($"FROM scratch AS a\n{step}\nFROM scratch\nCOPY --from=a /x /\n"))).Message);
    }

    [Fact]
    public async Task WhoAsksForTheHostsNetworkHasIt()
    {
        BuildPlan plan = await PlanAsync("FROM scratch\nRUN --network=host id\nRUN --network=none id\nRUN --security=sandbox id\n",
            network: "host");
        Assert.Equal(["host", "none", "host"],
            plan.Steps.Select(step => step.Vertex).OfType<RunVertex>().Select(step => step.Surroundings.Network));
    }
}
