using Gantry.Build.Results;
using Gantry.Daemon.Images;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>Makes an image of what was built, or an index of several.</summary>
/// <param name="attestation">Null where nothing attests it.</param>
internal sealed class ResultImage(ImagePart parts, PlacedAnnotations annotations, ImageAttestation? attestation)
{
    private static readonly Dictionary<string, string> Nothing = [];

    /// <summary>An index also of one image alone.</summary>
    public bool IsIndex { get; init; }

    /// <param name="names">That it is known by here; null for one that nobody here shall know: it is whole as long as the build is there.
    /// </param>
    /// <exception cref="GantryException">Invalid: there is nothing to make one of.</exception>
    public Task<Image> MakeAsync(IReadOnlyList<SolvedBuild> solved, IReadOnlyList<Reference>? names, CancellationToken cancellation) =>
        solved.Count > 1 || IsIndex || annotations.NeedIndex || attestation is not null ? IndexAsync(solved, names, cancellation)
            : Task.FromResult(Make(solved[0], annotations.OfManifest(solved[0].Platform), names));

    private Image Make(SolvedBuild solved, IReadOnlyDictionary<string, string> said, IReadOnlyList<Reference>? names)
    {
        ImageAssembly assembly = new(parts.Store, said);
        Lease lease = solved.Run.Lease;
        if (solved.Described is { } described)
        {
            IReadOnlyList<Descriptor> layers = [.. solved.Tree.Layers.Select(layer => layer.Blob)];
            byte[] configuration = BuiltImage.Serialize(described);
            return names is null ? assembly.Describe(configuration, layers, lease) : assembly.Run(configuration, layers, names, lease);
        }
        if (solved.Plan.Target.Base is not { } same) throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");
        Image known = parts.Store.ResolveAndPin(same.Id, null, lease);
        return names is null ? assembly.Describe(known, lease) : assembly.Keep(known, names, lease);
    }

    private async Task<Image> IndexAsync(IReadOnlyList<SolvedBuild> solved, IReadOnlyList<Reference>? names,
        CancellationToken cancellation)
    {
        List<IndexPart> all = [];
        foreach (SolvedBuild one in solved)
            all.Add(new IndexPart(Make(one, Nothing, names: null), one.Platform)
            {
                Annotations = annotations.OfManifest(one.Platform), DescriptorAnnotations = annotations.OfDescriptor(one.Platform),
                Attest = attestation is null ? static _ => [] : await attestation.OfAsync(one),
            });
        IndexAssembly index = new(parts.Store, parts.Registries.Compression(""), annotations.OfIndex);
        Lease lease = solved[0].Run.Lease;
        return names is null ? await index.DescribeAsync(all, lease, cancellation)
            : await index.RunAsync(all, names, lease, cancellation);
    }
}
