using Gantry.Build.Graph;
using Gantry.Oci.Image;

namespace Gantry.Build.Planning;

/// <summary>An image that a stage begins from, whole and pinned.</summary>
/// <param name="Id">Digest of its configuration.</param>
public sealed record BaseImage(string Id, OciImage Image, BuiltTree Tree);
