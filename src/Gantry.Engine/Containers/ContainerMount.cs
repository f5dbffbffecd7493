namespace Gantry.Engine.Containers;

/// <summary>One mount of a container besides those that every container has.</summary>
public sealed record ContainerMount
{
    /// <summary><c>bind</c>, <c>volume</c> or <c>tmpfs</c>.</summary>
    public required string Type { get; init; }
    /// <summary>The volume's name.</summary>
    public string? Name { get; init; }
    /// <summary>Path on the host; empty for a tmpfs.</summary>
    public string Source { get; init; } = "";
    public required string Destination { get; init; }
    public string? Driver { get; init; }
    public string Mode { get; init; } = "";
    public bool ReadWrite { get; init; } = true;
    public string Propagation { get; init; } = "";
    /// <summary>Made for this container without a name: goes away with <c>rm -v</c> and <c>--rm</c>.</summary>
    public bool Anonymous { get; init; }
    /// <summary>Copy the image's content at the destination into the volume when that is empty.</summary>
    public bool CopyUp { get; init; }
    /// <summary>Mount options of a tmpfs, such as <c>size=64m</c>.</summary>
    public string? Options { get; init; }
    /// <summary>Create the host path when it is missing, as <c>-v</c> does and <c>--mount</c> does not.</summary>
    public bool CreateSource { get; init; }
    /// <summary>Do not bind what is mounted below the source.</summary>
    public bool NonRecursive { get; init; }
    /// <summary>Read-only, but for what is mounted below the source.</summary>
    public bool WritableBelow { get; init; }
    /// <summary>Read-only with all below it, or no start at all.</summary>
    public bool ReadOnlyBelow { get; init; }
}
