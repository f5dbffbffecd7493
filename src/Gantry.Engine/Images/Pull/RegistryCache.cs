using Gantry.Oci.Image;
using Gantry.Registry.Http;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;

namespace Gantry.Engine.Images.Pull;

/// <summary>A build's cache in a registry.</summary>
internal sealed class RegistryCache(ImageStore store, Lease lease, RepositoryClient client, RemoteDocument top) :
    CachedLayers(store, lease)
{
    protected override Task<byte[]> TopAsync(CancellationToken cancellation) => Task.FromResult(top.Bytes);

    protected override async Task<byte[]> DocumentAsync(Descriptor document, CancellationToken cancellation) =>
        document.MediaType is MediaTypes.Manifest or MediaTypes.DockerManifest
            ? (await client.GetManifestAsync(document.Digest, ImageRecords.MaxDocumentSize, cancellation)).Bytes
            : await client.GetBlobAsync(document, ImageRecords.MaxDocumentSize, cancellation);

    protected override async Task TakeAsync(Descriptor blob, CancellationToken cancellation)
    {
        using PartialBlob partial = Store.Content.BeginPartial(blob.Digest);
        await client.DownloadAsync(blob, partial, static _ => { }, cancellation);
        partial.Commit(Lease.PinBlob);
    }

    public override void Dispose()
    {
        client.Dispose();
        base.Dispose();
    }
}
