using Gantry.Api.Builds;
using Gantry.Build.Attestations;

namespace Gantry.Daemon.Build;

/// <summary>What shall attest the images of a build.</summary>
/// <param name="Provenance">Null for none.</param>
/// <param name="HasPackages">What packages they have.</param>
internal sealed record Attestations(Provenance? Provenance, bool HasPackages)
{
    public static Attestations None { get; } = new(null, false);

    public bool IsEmpty => Provenance is null && !HasPackages;

    /// <exception cref="GantryException">Invalid: it is none, or stands there twice.</exception>
    public static Attestations Read(IReadOnlyList<BuildAttestation> asked)
    {
        Attestations all = None;
        foreach (BuildAttestation one in asked)
        {
            if (one.Type == "provenance" && all.Provenance is null) all = all with { Provenance = Read(one) };
            else if (one.Type == "sbom" && !all.HasPackages) all = all with { HasPackages = true };
            else
                throw GantryException.Invalid(one.Type is "provenance" or "sbom" ? $"attestations: {one.Type} is there twice"
                    : $"attestations: a type is provenance or sbom, not \"{one.Type}\"");
        }
        return all;
    }

    private static Provenance Read(BuildAttestation one)
    {
        if (one.Mode is not ("" or "min" or "max"))
            throw GantryException.Invalid($"attestations: a provenance's mode is min or max, not \"{one.Mode}\"");
        if (one.Version is not ("" or "v0.2" or "v1"))
            throw GantryException.Invalid($"attestations: a provenance's version is v0.2 or v1, not \"{one.Version}\"");
        return new Provenance(one.Mode == "max", one.Version == "v1", one.BuilderId, one.Reproducible);
    }
}
