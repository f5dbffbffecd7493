namespace Gantry.Daemon.Build;

/// <summary>What came of a Dockerfile for each of its platforms, and what it came of.</summary>
/// <param name="Builds">At least one.</param>
/// <param name="Dockerfile">Its text.</param>
/// <param name="Begun">When the build began.</param>
internal sealed record BuiltFile(BuildQuery Query, IReadOnlyList<SolvedBuild> Builds, string Dockerfile, DateTimeOffset Begun)
{
    /// <summary>It is for several platforms, or as if it were.</summary>
    public bool IsForSeveral => Builds.Count > 1 || Query.IsForSeveral;

    /// <returns>Null where nothing is to attest its image.</returns>
    public ImageAttestation? Attestation(BuildOutput output, Action<string> say) => Query.Attestations.IsEmpty ? null
        : new ImageAttestation(Query with { Output = output }, Dockerfile, Begun, say);
}
