using Gantry.Oci.Image;

namespace Gantry.Build.Graph;

/// <summary>One layer of a tree.</summary>
/// <param name="DiffId">Digest of its archive, uncompressed.</param>
/// <param name="Blob">The archive as a manifest lists it: as it came, or uncompressed.</param>
public sealed record TreeLayer(string DiffId, Descriptor Blob);
