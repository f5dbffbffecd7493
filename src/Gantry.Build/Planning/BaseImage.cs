using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>An image that a stage begins from, whole and pinned.</summary>
/// <param name="Id">Digest of its configuration.</param>
public sealed record BaseImage(string Id, OciImage Image, BuiltTree Tree)
{
    /// <summary>Makes one of its layers be here, over the tree that it stands on: of an image of which there is no more than its history.
    /// Null for one that is whole.</summary>
    public Func<TreeLayer, BuiltTree, CancellationToken, Task>? Fetch { get; init; }
}
