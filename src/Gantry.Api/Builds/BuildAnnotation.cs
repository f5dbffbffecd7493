namespace Gantry.Api.Builds;

/// <summary>An annotation of what a build gives, with its place (<c>placedannotations</c>). Ours, not Docker's.</summary>
public sealed class BuildAnnotation
{
    /// <summary><c>manifest</c>, <c>manifest-descriptor</c> (where an index lists it) or <c>index</c>.</summary>
    public string Place { get; set => field = value ?? ""; } = "";
    /// <summary>Of the image that is meant alone; empty for all of them.</summary>
    public string Platform { get; set => field = value ?? ""; } = "";
    public string Key { get; set => field = value ?? ""; } = "";
    public string Value { get; set => field = value ?? ""; } = "";
}
