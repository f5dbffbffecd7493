using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Tests.Solver;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Build.Tests.Planning;

/// <summary>Plans of Dockerfiles whose images are all one and the same.</summary>
internal sealed class Plans : IBaseImages, IDisposable
{
    public static readonly DateTimeOffset Created = DateTimeOffset.FromUnixTimeSeconds(1_500_000_000);

    private readonly SolverStores _stores = new();

    public List<string> Found { get; } = [];

    public async Task<BuildPlan> PlanAsync(string dockerfile, BuildOptions? options = null)
    {
        Lease lease = _stores.Cache.Begin();
        try
        {
            return await BuildPlanner.PlanAsync(BuildFile.Parse(dockerfile), options ?? new BuildOptions(), this, lease,
                TestContext.Current.CancellationToken);
        }
        finally
        {
            _stores.Cache.End(lease);
        }
    }

    public static BuildOptions Given(string name, string value) =>
        new() { Arguments = new Dictionary<string, string> { [name] = value } };

    public Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation)
    {
        Found.Add(reference);
        return Task.FromResult(new BaseImage("sha256:" + new string('a', 64),
            new OciImage { Created = Created, Architecture = "amd64", Os = "linux", Config = new ImageConfig() }, BuiltTree.Empty));
    }

    public void Dispose() => _stores.Dispose();
}
