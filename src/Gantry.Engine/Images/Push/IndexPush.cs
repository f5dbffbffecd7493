using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Registry.Http;

namespace Gantry.Engine.Images.Push;

/// <summary>Sends an image with all that its index lists, as it is: the index last, so that whoever sees it finds everything.</summary>
internal sealed class IndexPush(ImageStore store, RepositoryClient client, Reference name, LayerProgress progress)
{
    /// <returns>What the tag points at in the registry now.</returns>
    public async Task<Descriptor> RunAsync(ImageIndex index, CancellationToken cancellation)
    {
        BlobSend send = new(store, client, name, progress);
        List<Descriptor> layers = [.. index.Manifests.SelectMany(static one => one.Layers).DistinctBy(static layer => layer.Digest)];
        foreach (Descriptor layer in layers) progress.State(LayerProgress.ShortId(layer.Digest), "Preparing");
        ParallelOptions side = new() { MaxDegreeOfParallelism = client.Options.Uploads, CancellationToken = cancellation };
        await Parallel.ForEachAsync(layers, side, async (layer, stop) =>
            await send.RunAsync(LayerProgress.ShortId(layer.Digest), layer, stop));
        foreach (IndexedManifest one in index.Manifests)
        {
            await send.RunAsync(one.Config, cancellation);
            await PutAsync(one.Descriptor.Digest, one.Descriptor, cancellation);
        }
        await PutAsync(name.Tag!, index.Descriptor, cancellation);
        progress.Line($"{name.Tag}: digest: {index.Descriptor.Digest} size: {index.Descriptor.Size}");
        return index.Descriptor;
    }

    private Task PutAsync(string reference, Descriptor manifest, CancellationToken cancellation) => client.PutManifestAsync(reference,
        manifest.MediaType ?? MediaTypes.Manifest, store.Content.Read(manifest.Digest, ImageRecords.MaxDocumentSize), cancellation);
}
