using Gantry.Oci.Image;

namespace Gantry.Engine.Images.Pull;

/// <summary>An image of which there is the configuration alone; its layers are fetched one by one, when somebody wants them.</summary>
/// <param name="Id">Digest of the configuration.</param>
/// <param name="Layers">Bottom first, as its manifest lists them: as many as the configuration has.</param>
public sealed record CachedImage(string Id, OciImage Config, IReadOnlyList<Descriptor> Layers);
