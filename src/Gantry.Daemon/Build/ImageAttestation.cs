using Gantry.Build.Attestations;
using Gantry.Build.Attestations.Packages;
using Gantry.Build.Graph;
using Gantry.Engine.Images.Indexes;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>Attests an image that was built.</summary>
/// <param name="started">When the build began.</param>
internal sealed class ImageAttestation(BuildQuery query, string dockerfile, DateTimeOffset started, Action<string> say)
{
    private readonly string _invocation = RandomId.New();

    /// <returns>What is said, once the digest of the image's manifest is known.</returns>
    public async Task<Func<string, IReadOnlyList<Attestation>>> OfAsync(SolvedBuild solved)
    {
        AttestedBuild build = Describe(solved);
        PackageScan? scan = null;
        if (query.Attestations.HasPackages)
        {
            await solved.Run.ReadAsync(solved.Tree, root =>
            {
                scan = PackageScan.Run(root);
                return Task.CompletedTask;
            });
            if (scan!.Packages.Count == 0) say("[Warning] the scan for packages knows the lists of dpkg and apk, and has found none\n");
        }
        return manifest =>
        [
            .. scan is null ? Array.Empty<Attestation>()
                : [new Attestation(BillOfMaterials.PredicateType, BillOfMaterials.Write(build, scan, Tool, manifest))],
            .. query.Attestations.Provenance is not { } provenance ? Array.Empty<Attestation>()
                : [new Attestation(provenance.PredicateType, provenance.Write(build, manifest))],
        ];
    }

    private static string Tool => $"gantry-{ProductVersion.Text}";

    private AttestedBuild Describe(SolvedBuild solved)
    {
        List<ClientPlace> gifts = [.. solved.Plan.Steps.Select(step => step.Vertex).OfType<RunVertex>()
            .SelectMany(vertex => vertex.Places.OfType<ClientPlace>())];
        return new AttestedBuild
        {
            Names = [.. query.Output.Names.Select(name => name.Familiar)], Platform = solved.Platform.ToString(),
            Host = TargetPlatform.Host.ToString(), Dockerfile = dockerfile,
            Path = query.Dockerfile.Length > 0 ? query.Dockerfile : "Dockerfile", Remote = WithoutCredentials(query.Remote),
            Arguments = solved.Options.Arguments, Labels = solved.Options.Labels, Target = solved.Options.Target,
            Secrets = [.. gifts.OfType<SecretPlace>().Select(Gift)], Agents = [.. gifts.OfType<AgentPlace>().Select(Gift)],
            Materials = solved.Materials, Started = started, Finished = DateTimeOffset.UtcNow, Invocation = _invocation,
        };
    }

    private static AttestedGift Gift(ClientPlace place) => new(place.Id, place.IsRequired);

    private static string WithoutCredentials(string remote)
    {
        if (remote is "" or BuildContexts.ClientRemote) return "";
        int begin = remote.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0;
        int end = remote.IndexOf('/', begin) is >= 0 and var slash ? slash : remote.Length;
        int at = remote.LastIndexOf('@', end - 1, end - begin);
        return at < 0 ? remote : remote[..begin] + remote[(at + 1)..];
    }
}
