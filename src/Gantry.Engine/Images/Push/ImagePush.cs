using Gantry.Api;
using Gantry.Oci.Image;
using Gantry.Registry;
using Descriptor = Gantry.Oci.Image.Descriptor;

namespace Gantry.Engine.Images;

/// <summary>Sends images to registries: the very bytes that were pulled, loaded or built.</summary>
public sealed class ImagePush(ImageStore store, Func<RegistryOptions> options)
{
    private const int Uploads = 4;

    /// <param name="name">With the tag to push.</param>
    /// <param name="report">Gets Docker's progress lines; from one thread at a time.</param>
    /// <returns>What the tag points at in the registry now.</returns>
    /// <exception cref="GantryException">NotFound: no such image here; or what the registry said.</exception>
    public async Task<Descriptor> RunAsync(Reference name, Credentials credentials, Action<JsonMessage> report, CancellationToken cancellation)
    {
        using ImageLease lease = store.Lease();
        Image image = ResolveLocal(name, lease);
        try
        {
            using RepositoryClient client = await new RegistrySession(options()).OpenOwnAsync(name, credentials, cancellation);
            LayerProgress progress = new(report);
            progress.Line($"The push refers to repository [{name.Name}]");
            client.Pausing = seconds => progress.Line($"Retrying in {seconds} second{(seconds == 1 ? "" : "s")}");
            return await PushAsync(client, name, image, progress, cancellation);
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException { Code: "DENIED" or "UNAUTHORIZED" } && name.Domain == Reference.DefaultDomain)
        {
            throw new GantryException(e.Kind, $"push access denied for {name.FamiliarName}: repository does not exist or may require 'docker login': {e.Message}", e);
        }
        catch (IOException e)
        {
            throw GantryException.Internal($"push of {name.Familiar}: {e.Message}", e);
        }
    }

    private Image ResolveLocal(Reference name, ImageLease lease)
    {
        try
        {
            return store.ResolveForSave(name.ToString(), lease).Image;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw GantryException.NotFound($"An image does not exist locally with the tag: {name.FamiliarName}");
        }
    }

    private async Task<Descriptor> PushAsync(RepositoryClient client, Reference name, Image image, LayerProgress progress, CancellationToken cancellation)
    {
        byte[] bytes = store.Content.Read(image.Manifest, ImageStore.MaxDocumentSize);
        Manifest manifest = ImageDocuments.ReadManifest(bytes, image.Manifest);
        List<Descriptor> layers = [.. (manifest.Layers ?? []).DistinctBy(static layer => layer.Digest)];
        // The topmost first, as Docker shows them.
        layers.Reverse();
        foreach (Descriptor layer in layers) progress.State(LayerProgress.ShortId(layer.Digest), "Preparing");
        await Parallel.ForEachAsync(layers, new ParallelOptions { MaxDegreeOfParallelism = Uploads, CancellationToken = cancellation },
            async (layer, stop) => await SendAsync(client, name, layer, progress, stop));
        Descriptor config = manifest.Config ?? throw GantryException.Invalid($"manifest {image.Manifest} names no configuration");
        await client.UploadAsync(config, [], () => store.Content.Open(config.Digest), static _ => { }, cancellation);
        await client.PutManifestAsync(name.Tag!, image.ManifestType, bytes, cancellation);
        progress.Line($"{name.Tag}: digest: {image.Manifest} size: {bytes.Length}");
        store.Name(image, [name with { Tag = null, Digest = image.Manifest }]);
        store.Publish(image, "push", name.FamiliarName, name.Familiar);
        return new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = bytes.Length };
    }

    private async Task SendAsync(RepositoryClient client, Reference name, Descriptor layer, LayerProgress progress, CancellationToken cancellation)
    {
        string id = LayerProgress.ShortId(layer.Digest);
        (UploadResult result, string? source) = await client.UploadAsync(layer with { Size = store.Content.Size(layer.Digest) }, store.RepositoriesWith(layer.Digest, name),
            () => store.Content.Open(layer.Digest), sent => progress.Amount(id, "Pushing", sent, layer.Size), cancellation);
        progress.State(id, result switch
        {
            UploadResult.Present => "Layer already exists",
            UploadResult.Mounted => $"Mounted from {source}",
            _ => "Pushed",
        });
    }
}
