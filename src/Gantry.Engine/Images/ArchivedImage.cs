using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>One image found in an archive, before anything of it is unpacked.</summary>
/// <param name="Layers">Blobs of the layers, bottom first; as many as the configuration has diff IDs.</param>
/// <param name="Manifest">The manifest that came with it, null when it came without.</param>
internal sealed record ArchivedImage(string Id, OciImage Config, IReadOnlyList<Descriptor> Layers, IReadOnlyList<Reference> Names,
    Descriptor? Manifest);
