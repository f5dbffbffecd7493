using Gantry.Api.Containers;
using Gantry.Oci.Image;

namespace Gantry.Engine.Containers.Files;

/// <summary>What a commit is asked for.</summary>
public sealed record CommitRequest
{
    /// <summary>Name for the image; empty for none.</summary>
    public string Repository { get; init; } = "";
    public string Tag { get; init; } = "";
    public string Comment { get; init; } = "";
    public string Author { get; init; } = "";
    /// <summary>Freeze the container meanwhile, so that what is written to several files fits together.</summary>
    public bool Pause { get; init; } = true;
    /// <summary>What else is to be another in the configuration; null for nothing.</summary>
    public Func<ImageConfig, ImageConfig>? Change { get; init; }
    /// <summary>Goes before the container's own; null for nothing.</summary>
    public ContainerConfig? Config { get; init; }
}
