namespace Gantry.Api.Builds;

/// <summary>What shall attest the image of a build (<c>attestations</c>). Ours, not Docker's.</summary>
public sealed class BuildAttestation
{
    /// <summary><c>provenance</c> or <c>sbom</c>.</summary>
    public string Type { get; set => field = value ?? ""; } = "";
    /// <summary>Of a provenance: <c>min</c> or <c>max</c>; empty for the first.</summary>
    public string Mode { get; set => field = value ?? ""; } = "";
    /// <summary>Of a provenance: of SLSA, <c>v0.2</c> or <c>v1</c>; empty for the first.</summary>
    public string Version { get; set => field = value ?? ""; } = "";
    /// <summary>Of a provenance: who has built it, as its author wants it called.</summary>
    public string BuilderId { get; set => field = value ?? ""; } = "";
    /// <summary>Of a provenance: its author says that the build gives the same again.</summary>
    public bool Reproducible { get; set; }
}
