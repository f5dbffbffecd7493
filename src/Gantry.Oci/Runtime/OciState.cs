namespace Gantry.Oci.Runtime;

/// <summary>runtime.md, "State": what <c>state</c> prints and hooks read.</summary>
public sealed record OciState
{
    public string OciVersion { get; init; } = "1.2.0";
    public required string Id { get; init; }
    /// <summary>creating, created, running, paused, stopped.</summary>
    public required string Status { get; init; }
    public int Pid { get; init; }
    public required string Bundle { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
