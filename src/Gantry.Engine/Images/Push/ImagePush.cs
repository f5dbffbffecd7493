using Gantry.Linux;
using Gantry.Api.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Gantry.Registry.Push;
using Gantry.Storage.Roots;
using Descriptor = Gantry.Oci.Image.Descriptor;

namespace Gantry.Engine.Images.Push;

/// <summary>Sends images to registries: the very bytes that were pulled or loaded, and what was made here compressed.</summary>
/// <param name="options">Asked at each operation, for the configuration may change.</param>
/// <param name="unfinished">Lets a push go on inside a layer that an earlier one was killed in.</param>
public sealed class ImagePush(ImageStore store, Func<RegistryOptions> options, UnfinishedUploads unfinished)
{
    /// <param name="name">With the tag to push.</param>
    /// <param name="platform">Refuse an image for another; null takes any.</param>
    /// <param name="compression">For layers that were made here and are not compressed yet.</param>
    /// <param name="report">Gets Docker's progress lines; from one thread at a time.</param>
    /// <returns>What the tag points at in the registry now.</returns>
    /// <exception cref="GantryException">NotFound: no such image here; or what the registry said.</exception>
    public async Task<Descriptor> RunAsync(Reference name, string? platform, CompressionKind compression, Credentials credentials,
        Action<JsonMessage> report, CancellationToken cancellation)
    {
        PlatformChoice wanted = PlatformChoice.Parse(platform);
        using Lease lease = store.Leases.Open();
        Image image = ResolveLocal(name, lease);
        Image chosen = store.Members.Choose(image, wanted, name.Familiar);
        ImageIndex? index = wanted.IsGiven ? null : image.Index;
        // Its manifests are in an index by their digests.
        if (image.Index is not null) compression = CompressionKind.None;
        if (!ReferenceEquals(chosen, image)) image = store.Names.ResolveAndPin(chosen.Id, lease);
        try
        {
            LayerProgress progress = new(report);
            using RepositoryClient client = await OpenAsync(name, credentials, progress, cancellation);
            store.Archives.Require(image, lease);
            progress.Line($"The push refers to repository [{name.Name}]");
            if (index is not null)
            {
                Descriptor pushed = await new IndexPush(store, client, name, progress).RunAsync(index, cancellation);
                return Pushed(name, image, pushed);
            }
            Descriptor[] sent = await SendLayersAsync(client, name, image, compression, lease, progress, cancellation);
            if (!sent.SequenceEqual(image.Layers))
                image = store.Forms.Replace(image,
                    ImageManifest.Put(store.Content, lease, image.Id, sent, store.Forms.AnnotationsOf(image)));
            return await FinishAsync(client, name, image, progress, cancellation);
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException { Refusal: Refusal.Denied or Refusal.LoginRequired }
            && name.Domain == Reference.DefaultDomain)
        {
            throw new GantryException(e.Kind,
                $"push access denied for {name.FamiliarName}: repository does not exist or may require 'docker login': {e.Message}", e);
        }
        catch (IOException e)
        {
            throw Failure.Of($"push of {name.Familiar}", e);
        }
    }

    private Image ResolveLocal(Reference name, Lease lease)
    {
        try
        {
            return store.Names.ResolveAndPin(name.ToString(), lease);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw GantryException.NotFound(store.TagsIn(name).Count > 0 ? $"tag does not exist: {name.Familiar}"
                : $"An image does not exist locally with the tag: {name.FamiliarName}");
        }
    }

    /// <summary>Sends an index that need not be known here, with all that it lists.</summary>
    /// <param name="index">Whole as long as the caller's lease lasts.</param>
    /// <inheritdoc cref="RunAsync"/>
    public async Task<Descriptor> RunIndexAsync(Reference name, ImageIndex index, Credentials credentials, Action<JsonMessage> report,
        CancellationToken cancellation)
    {
        try
        {
            LayerProgress progress = new(report);
            using RepositoryClient client = await OpenAsync(name, credentials, progress, cancellation);
            return await new IndexPush(store, client, name, progress).RunAsync(index, cancellation);
        }
        catch (IOException e)
        {
            throw Failure.Of($"push of {name.Familiar}", e);
        }
    }

    private async Task<RepositoryClient> OpenAsync(Reference name, Credentials credentials, LayerProgress progress,
        CancellationToken cancellation)
    {
        RepositoryClient client = await new RegistrySession(options()).OpenOwnAsync(name, credentials, cancellation);
        client.Unfinished = unfinished;
        client.Pausing = seconds => progress.Line($"Retrying in {seconds} second{(seconds == 1 ? "" : "s")}");
        return client;
    }

    /// <returns>Its layers as they were sent: compressed.</returns>
    private async Task<Descriptor[]> SendLayersAsync(RepositoryClient client, Reference name, Image image, CompressionKind compression,
        Lease lease, LayerProgress progress, CancellationToken cancellation)
    {
        IReadOnlyList<Descriptor> layers = image.Layers;
        if (store.Forms.IsOfRegistry(image)) compression = CompressionKind.None;
        LayerCompress compress = new(store, lease);
        BlobSend send = new(store, client, name, progress);
        Descriptor[] sent = [.. layers];
        // The topmost first, as Docker shows them; each once, however often it is in the image.
        List<int> once = [.. Enumerable.Range(0, layers.Count).Reverse().DistinctBy(i => layers[i].Digest)];
        foreach (int i in once) progress.State(Id(i), "Preparing");
        await Parallel.ForEachAsync(once,
            new ParallelOptions { MaxDegreeOfParallelism = client.Options.Uploads, CancellationToken = cancellation }, async (i, stop) =>
        {
            if (compression.Wants(layers[i]))
                sent[i] = await compress.RunAsync(layers[i], image.DiffIds[i], compression,
                    done => progress.Amount(Id(i), "Compressing", done, layers[i].Size), stop);
            await send.RunAsync(Id(i), sent[i], stop);
        });
        Dictionary<string, Descriptor> forms = once.ToDictionary(i => layers[i].Digest, i => sent[i]);
        return [.. layers.Select(layer => forms[layer.Digest])];

        // As Docker does: a layer has the same identifier here however it is sent.
        string Id(int layer) => LayerProgress.ShortId(image.DiffIds[layer]);
    }

    private async Task<Descriptor> FinishAsync(RepositoryClient client, Reference name, Image image, LayerProgress progress,
        CancellationToken cancellation)
    {
        byte[] bytes = store.Content.Read(image.Manifest, ImageRecords.MaxDocumentSize);
        Descriptor config = ImageDocuments.ReadManifest(bytes, image.Manifest).Config
            ?? throw GantryException.Invalid($"manifest {image.Manifest} names no configuration");
        await new BlobSend(store, client, name, progress).RunAsync(config, cancellation);
        await client.PutManifestAsync(name.Tag!, image.ManifestType, bytes, cancellation);
        progress.Line($"{name.Tag}: digest: {image.Manifest} size: {bytes.Length}");
        return Pushed(name, image, new Descriptor { MediaType = image.ManifestType, Digest = image.Manifest, Size = bytes.Length });
    }

    private Descriptor Pushed(Reference name, Image image, Descriptor manifest)
    {
        store.Name(image, [name with { Tag = null, Digest = manifest.Digest }]);
        store.Events.Publish(image, "push", name.FamiliarName, name.Familiar);
        return manifest;
    }
}
