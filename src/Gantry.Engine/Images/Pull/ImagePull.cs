using Gantry.Linux;
using Gantry.Storage.Roots;
using Gantry.Api.Images;
using Gantry.Registry;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;
using Descriptor = Gantry.Oci.Image.Descriptor;
using Digest = Gantry.Oci.Image.Digest;
using Manifest = Gantry.Oci.Image.Manifest;
using MediaTypes = Gantry.Oci.Image.MediaTypes;
using OciImage = Gantry.Oci.Image.OciImage;
using Platform = Gantry.Oci.Image.Platform;

namespace Gantry.Engine.Images.Pull;

/// <summary>Takes images from registries. One for the daemon: its pulls share the work on a layer.</summary>
/// <param name="options">Asked at each operation, for the configuration may change.</param>
public sealed class ImagePull(ImageStore store, Func<RegistryOptions> options)
{
    /// <summary>An index of an index is allowed by the specification, and made by nobody.</summary>
    private const int MaxDepth = 2;
    /// <summary>More layers than any storage driver takes.</summary>
    private const int MaxLayers = 500;
    /// <summary>Bytes of a compressed layer; more than any registry takes.</summary>
    private const long MaxLayerSize = 1L << 38;

    private readonly KeyedGate _downloads = new();

    /// <summary>Pulls what a tag or digest names.</summary>
    /// <param name="platform"><c>os/architecture[/variant]</c>; null or empty for this machine's.</param>
    /// <param name="report">Gets Docker's progress lines; from one thread at a time.</param>
    /// <exception cref="GantryException">In Docker's words where clients know them. What was fetched is kept for the next try.</exception>
    public async Task RunAsync(Reference name, string? platform, Credentials credentials, Action<JsonMessage> report,
        CancellationToken cancellation) =>
        Say(name.Familiar, await OneAsync(name, platform, credentials, report, cancellation), report);

    /// <summary>Pulls every tag that the repository has.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public async Task RunAllAsync(Reference repository, string? platform, Credentials credentials, Action<JsonMessage> report,
        CancellationToken cancellation)
    {
        bool upToDate = true;
        foreach (string tag in await TagsAsync(repository, credentials, cancellation))
            upToDate &= await OneAsync(repository.With(tag), platform, credentials, report, cancellation);
        Say(repository.FamiliarName, upToDate, report);
    }

    private static void Say(string name, bool upToDate, Action<JsonMessage> report) =>
        report(new JsonMessage { Status = upToDate ? $"Status: Image is up to date for {name}"
            : $"Status: Downloaded newer image for {name}" });

    /// <returns>Whether the name means here already what it means there.</returns>
    private async Task<bool> OneAsync(Reference name, string? platform, Credentials credentials, Action<JsonMessage> report,
        CancellationToken cancellation)
    {
        PlatformChoice choice = PlatformChoice.Parse(platform);
        string wanted = name.Digest ?? name.Tag!;
        try
        {
            (RepositoryClient client, RemoteDocument top) =
                await new RegistrySession(options()).OpenForPullAsync(name, credentials, ImageRecords.MaxDocumentSize, cancellation);
            using (client)
            {
                LayerProgress progress = new(report);
                progress.Line(name.Digest is null ? wanted : name.ToString(), $"Pulling from {name.Path}");
                client.Pausing = seconds => progress.Line(wanted, $"Retrying in {seconds} second{(seconds == 1 ? "" : "s")}");
                return await PullAsync(client, name, top, choice, progress, cancellation);
            }
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException answer)
        {
            throw Explained(name, e, answer);
        }
        catch (IOException e)
        {
            throw Failure.Of($"pull of {name.Familiar}", e);
        }
    }

    private async Task<IReadOnlyList<string>> TagsAsync(Reference name, Credentials credentials, CancellationToken cancellation)
    {
        try
        {
            return await new RegistrySession(options()).GetTagsAsync(name, credentials, cancellation);
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException answer)
        {
            throw Explained(name, e, answer);
        }
    }

    /// <summary>What a name points at in its registry, without fetching it.</summary>
    public async Task<(Descriptor Descriptor, IReadOnlyList<Platform> Platforms)> LookAsync(Reference name, Credentials credentials,
        CancellationToken cancellation)
    {
        try
        {
            (RepositoryClient client, RemoteDocument top) =
                await new RegistrySession(options()).OpenForPullAsync(name, credentials, ImageRecords.MaxDocumentSize, cancellation);
            using (client)
            {
                Manifest manifest = ImageDocuments.ReadManifest(top.Bytes, top.Descriptor.Digest);
                if (manifest.Manifests is { } listed)
                    return (top.Descriptor, [.. listed.Select(static one => one.Platform).OfType<Platform>()]);
                if (manifest.Config is null) return (top.Descriptor, []);
                byte[] content = await client.GetBlobAsync(Checked(manifest.Config), ImageRecords.MaxDocumentSize, cancellation);
                OciImage config = ImageDocuments.ReadConfig(content, manifest.Config.Digest);
                return (top.Descriptor,
                    [new Platform { Architecture = config.Architecture, Os = config.Os, OsVersion = config.OsVersion,
                        OsFeatures = config.OsFeatures, Variant = config.Variant }]);
            }
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException answer)
        {
            throw Explained(name, e, answer);
        }
    }

    /// <summary>What a build has left in a registry.</summary>
    /// <param name="lease">Keeps what is fetched of it.</param>
    public async Task<CachedLayers> OpenCacheAsync(Reference name, Credentials credentials, Lease lease, CancellationToken cancellation)
    {
        try
        {
            (RepositoryClient client, RemoteDocument top) =
                await new RegistrySession(options()).OpenForPullAsync(name, credentials, ImageRecords.MaxDocumentSize, cancellation);
            return new RegistryCache(store, lease, client, top);
        }
        catch (GantryException e) when (e.InnerException is RegistryAnswerException answer)
        {
            throw Explained(name, e, answer);
        }
        catch (IOException e)
        {
            throw Failure.Of($"pull of {name.Familiar}", e);
        }
    }

    private async Task<bool> PullAsync(RepositoryClient client, Reference name, RemoteDocument top, PlatformChoice choice,
        LayerProgress progress, CancellationToken cancellation)
    {
        using Lease lease = store.Leases.OpenPull(name.ToString());
        (RemoteDocument document, Manifest manifest) = await ResolveAsync(client, top, choice, cancellation);
        (Descriptor configBlob, OciImage config) = await ConfigurationAsync(client, manifest, lease, cancellation);
        if (choice.IsGiven && !choice.Fits(config.Os, config.Architecture, config.Variant))
            throw GantryException.NotFound($"image with reference {name.Familiar} was found but its platform "
                + $"({config.Os}/{config.Architecture}) does not match the specified platform ({choice})");
        IReadOnlyList<PulledLayer> layers = Layers(manifest, config, name);
        bool upToDate = store.TryResolve(name.ToString())?.Id == configBlob.Digest;
        // Also of an image that is here already: it may be removed before it has the name.
        lease.Pin(roots =>
        {
            roots.Blobs.UnionWith(layers.Select(static layer => layer.Blob.Digest));
            roots.Layers.UnionWith(layers.Select(static layer => layer.ChainId));
            return layers;
        });
        if (store.Find(configBlob.Digest) is null) await FetchAsync(client, layers, lease, progress, cancellation);
        string digest = store.Content.Put(document.Bytes, lease.PinBlob);
        Reference byDigest = name with { Tag = null, Digest = top.Descriptor.Digest };
        (Image image, _) =
            store.Add(configBlob.Digest, document.Descriptor with { Digest = digest, MediaType = TypeOf(document, manifest) },
            name.Tag is null || name.Digest is not null ? [byDigest] : [name, byDigest]);
        store.Events.Pulled(image, name);
        progress.Line($"Digest: {top.Descriptor.Digest}");
        return upToDate;
    }

    private static async Task<(RemoteDocument, Manifest)> ResolveAsync(RepositoryClient client, RemoteDocument document,
        PlatformChoice choice, CancellationToken cancellation)
    {
        for (int depth = 0; ; depth++)
        {
            Manifest manifest = ImageDocuments.ReadManifest(document.Bytes, document.Descriptor.Digest);
            if (!manifest.IsIndex) return (document, manifest);
            if (depth == MaxDepth)
                throw GantryException.Invalid($"manifest {document.Descriptor.Digest}: indexes are nested more than {MaxDepth} deep");
            Descriptor chosen = choice.Choose(manifest.Manifests!);
            document = await client.GetManifestAsync(Checked(chosen).Digest, ImageRecords.MaxDocumentSize, cancellation);
        }
    }

    private async Task<(Descriptor, OciImage)> ConfigurationAsync(RepositoryClient client, Manifest manifest, Lease lease,
        CancellationToken cancellation)
    {
        Descriptor blob = Checked(manifest.Config
            ?? throw GantryException.Invalid(
            "the manifest names no configuration; it is in the format of schema 1, or no manifest of an image"));
        if (blob.MediaType is not (null or MediaTypes.Config or MediaTypes.DockerConfig))
            throw GantryException.Unsupported($"this is no image: its configuration is of type {blob.MediaType}");
        lease.PinBlob(blob.Digest);
        bool here = store.Content.Contains(blob.Digest);
        byte[] content = here ? store.Content.Read(blob.Digest, ImageRecords.MaxDocumentSize)
            : await client.GetBlobAsync(blob, ImageRecords.MaxDocumentSize, cancellation);
        OciImage config = ImageDocuments.ReadConfig(content, blob.Digest);
        if (!here) store.Content.Put(content, lease.PinBlob);
        return (blob, config);
    }

    private static IReadOnlyList<PulledLayer> Layers(Manifest manifest, OciImage config, Reference name)
    {
        IReadOnlyList<Descriptor> blobs = manifest.Layers ?? [];
        IReadOnlyList<string> diffIds = config.RootFs?.DiffIds ?? [];
        if (blobs.Count != diffIds.Count)
            throw GantryException.Invalid(
                $"{name.Familiar}: the manifest lists {blobs.Count} layers and the configuration {diffIds.Count}");
        if (blobs.Count > MaxLayers)
            throw GantryException.Invalid($"{name.Familiar} has {blobs.Count} layers; at most {MaxLayers} are possible");
        IReadOnlyList<string> chain = Digest.ChainIds(diffIds);
        if (blobs.FirstOrDefault(blob => blob.Size > MaxLayerSize) is { } large)
            throw GantryException.Invalid(
                $"{name.Familiar}: layer {large.Digest} has {large.Size} bytes; at most {MaxLayerSize} are taken");
        return [.. blobs.Select((blob, i) => new PulledLayer(Checked(blob), diffIds[i], chain[i], i > 0 ? chain[i - 1] : null))];
    }

    private async Task FetchAsync(RepositoryClient client, IReadOnlyList<PulledLayer> layers, Lease lease, LayerProgress progress,
        CancellationToken cancellation)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using SemaphoreSlim slots = new(client.Options.Downloads);
        LayerPull pull = new(store, _downloads, client, lease, progress);
        List<PulledLayer> missing = [];
        foreach (PulledLayer layer in layers)
        {
            bool here = store.Content.Contains(layer.Blob.Digest) && store.Snapshotter.Contains(layer.ChainId);
            progress.State(LayerProgress.ShortId(layer.Blob.Digest), here ? "Already exists" : "Pulling fs layer");
            if (!here) missing.Add(layer);
        }
        Task below = Task.CompletedTask;
        List<Task> all = [];
        foreach (PulledLayer layer in missing) all.Add(below = OneAsync(layer, below));
        await Task.WhenAll(all);

        // In order: a layer gets its slot before those above it, which may have to wait for it.
        async Task OneAsync(PulledLayer layer, Task parent)
        {
            if (slots.CurrentCount == 0) progress.State(LayerProgress.ShortId(layer.Blob.Digest), "Waiting");
            await slots.WaitAsync(stop.Token);
            try
            {
                await pull.RunAsync(layer, parent, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
            finally
            {
                slots.Release();
            }
        }
    }

    private static string TypeOf(RemoteDocument document, Manifest manifest) =>
        manifest.MediaType ?? document.Descriptor.MediaType ?? MediaTypes.Manifest;

    private static Descriptor Checked(Descriptor blob) =>
        Digest.IsValid(blob.Digest) && blob.Size >= 0 ? blob
            : throw GantryException.Invalid(
            $"the manifest names a blob \"{blob.Digest}\" of {blob.Size} bytes, which is no valid descriptor");

    private static GantryException Explained(Reference name, GantryException e, RegistryAnswerException answer) => answer.Refusal switch
    {
        Refusal.Denied => Denied(name, e),
        Refusal.LoginRequired when name.Domain == Reference.DefaultDomain => Denied(name, e),
        Refusal.RepositoryUnknown => GantryException.NotFound($"repository {name.FamiliarName} not found: {e.Message}"),
        Refusal.NotFound => GantryException.NotFound($"manifest for {name.Familiar} not found: {e.Message}"),
        _ => e,
    };

    private static GantryException Denied(Reference name, GantryException e) => GantryException.NotFound(
        $"pull access denied for {name.FamiliarName}, repository does not exist or may require 'docker login': {e.Message}");
}
