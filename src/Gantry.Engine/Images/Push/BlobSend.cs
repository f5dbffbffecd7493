using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Registry.Http;

namespace Gantry.Engine.Images.Push;

/// <summary>Sends blobs of the store to one repository.</summary>
/// <param name="name">Of what is pushed there.</param>
internal sealed class BlobSend(ImageStore store, RepositoryClient client, Reference name, LayerProgress progress)
{
    /// <param name="id">What it is called where it is told.</param>
    public async Task RunAsync(string id, Descriptor layer, CancellationToken cancellation)
    {
        IReadOnlyList<string> sources = store.Names.RepositoriesWith(layer.Digest, name);
        (UploadResult result, string? source) =
            await client.UploadAsync(layer with { Size = store.Content.Size(layer.Digest) }, sources,
            () => store.Content.Open(layer.Digest), sent => progress.Amount(id, "Pushing", sent, layer.Size), cancellation);
        progress.State(id, result switch
        {
            UploadResult.Present => "Layer already exists",
            UploadResult.Mounted => $"Mounted from {source}",
            _ => "Pushed",
        });
    }

    /// <summary>It is not told.</summary>
    public Task RunAsync(Descriptor config, CancellationToken cancellation) =>
        client.UploadAsync(config, [], () => store.Content.Open(config.Digest), static _ => { }, cancellation);
}
