using Gantry.Linux;
using Gantry.Storage.Roots;
using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Archives;

namespace Gantry.Engine.Images;

/// <summary>Writes images as one archive that is Docker's and an image layout at the same time, as Docker does since version 25.</summary>
/// <remarks>The same images and names give the same bytes: files are sorted, times are 1970, and blobs are as they came.</remarks>
public sealed class ImageSave(ImageStore store)
{
    /// <summary>Looks everything up, so that what can fail fails before the first byte.</summary>
    /// <param name="names">Names, with all their tags where none is given, or identifiers.</param>
    /// <exception cref="GantryException">NotFound; Invalid when there is no name.</exception>
    /// <param name="platform">Refuse images for another; null takes any.</param>
    public SavedImages Prepare(IReadOnlyList<string> names, string? platform = null)
    {
        PlatformChoice wanted = PlatformChoice.Parse(platform);
        if (names.Count == 0) throw GantryException.Invalid("no image was named");
        return Prepare(saved =>
        {
            foreach (string name in names)
                saved.Add(name, wanted);
        });
    }

    /// <summary>One that the caller keeps, which need not be known here.</summary>
    /// <param name="names">In the archive.</param>
    public SavedImages Prepare(Image image, IReadOnlyList<Reference> names) => Prepare(saved => saved.Add(image, names));

    /// <inheritdoc cref="Prepare(Image, IReadOnlyList{Reference})"/>
    public SavedImages Prepare(IReadOnlyList<Image> images) => Prepare(saved =>
    {
        foreach (Image image in images) saved.Add(image, []);
    });

    private SavedImages Prepare(Action<SavedImages> add)
    {
        Lease lease = store.Leases.Open();
        try
        {
            SavedImages saved = new(store, lease);
            add(saved);
            foreach (Image image in saved.Images) store.Archives.RequireOrCheck(image, lease);
            return saved;
        }
        catch (Exception e)
        {
            lease.Dispose();
            if (Expected.OfSystem(e)) throw Failure.Of("save", e);
            throw;
        }
    }
}

/// <summary>Images that are kept from being removed until the archive is written.</summary>
public sealed class SavedImages : IDisposable
{
    private const string Blobs = "blobs/sha256";

    private readonly ImageStore _store;
    private readonly Lease _lease;
    private readonly List<(Image Image, SortedDictionary<string, Reference> Names)> _images = [];

    internal SavedImages(ImageStore store, Lease lease)
    {
        _store = store;
        _lease = lease;
    }

    public IReadOnlyList<Image> Images => [.. _images.Select(entry => entry.Image)];

    public void Dispose() => _lease.Dispose();

    /// <param name="wanted">Where it is given, of an index the image for that platform alone.</param>
    internal void Add(string name, PlatformChoice wanted)
    {
        foreach ((Image image, IReadOnlyList<Reference> names) in _store.Names.ResolveForSave(name, _lease))
        {
            Image chosen = _store.Members.Choose(image, wanted, name);
            if (!ReferenceEquals(chosen, image)) _store.Names.ResolveAndPin(chosen.Id, _lease);
            Add(wanted.IsGiven ? chosen.Alone : image, names);
        }
    }

    internal void Add(Image image, IReadOnlyList<Reference> names)
    {
        int index = _images.FindIndex(entry => entry.Image.Id == image.Id);
        if (index < 0)
        {
            index = _images.Count;
            _images.Add((image, new SortedDictionary<string, Reference>(StringComparer.Ordinal)));
        }
        foreach (Reference reference in names) _images[index].Names[reference.Familiar] = reference;
    }

    public void Write(Stream output)
    {
        using TarWriter archive = new(output);
        archive.WriteDirectory("blobs");
        archive.WriteDirectory(Blobs);
        foreach ((string digest, Image image) in _images.SelectMany(entry => entry.Image.Blobs, (entry, blob) => (blob, entry.Image))
            .DistinctBy(static one => one.blob).OrderBy(static one => one.blob, StringComparer.Ordinal))
            WriteBlob(archive, digest, image);
        archive.WriteFile(OciArchive.IndexFile, JsonSerializer.SerializeToUtf8Bytes(Index(), ImageJson.Default.Manifest));
        archive.WriteFile(DockerArchive.ManifestFile,
            JsonSerializer.SerializeToUtf8Bytes([.. _images.Select(entry => Entry(entry.Image, entry.Names.Keys))],
                ImageJson.Default.IReadOnlyListDockerArchiveImage));
        archive.WriteFile(OciArchive.LayoutFile, JsonSerializer.SerializeToUtf8Bytes(new OciLayout(), ImageJson.Default.OciLayout));
        if (_images.Any(entry => entry.Names.Count > 0)) archive.WriteFile(LegacyArchive.RepositoriesFile, Repositories());
        foreach ((Image image, _) in _images) _store.Events.Publish(image, "save", image.Id);
    }

    private void WriteBlob(TarWriter archive, string digest, Image image)
    {
        if (!_store.Content.Contains(digest) && _store.Archives.SourceOf(image, digest) is { } chainId)
        {
            // There was no room to keep it.
            long size = image.Layers.First(layer => layer.Digest == digest).Size;
            archive.Write(EntryOf(digest, size), output => _store.Archives.Write(chainId, output));
            return;
        }
        using FileStream blob = _store.Content.Open(digest);
        archive.Write(EntryOf(digest, blob.Length), blob);
    }

    private static TarEntry EntryOf(string digest, long size) =>
        new() { Type = TarEntryType.Regular, Name = Linux.Trees.PathBytes.Of(PathOf(digest)), Size = size, Mode = Octal.O644 };

    private Manifest Index()
    {
        List<Descriptor> manifests = [];
        foreach ((Image image, SortedDictionary<string, Reference> names) in _images)
        {
            Descriptor descriptor = image.Index?.Descriptor
                ?? new() { MediaType = image.ManifestType, Digest = image.Manifest, Size = _store.Content.Size(image.Manifest) };
            if (names.Count == 0) manifests.Add(descriptor);
            foreach (Reference name in names.Values)
                manifests.Add(descriptor with
                {
                    Annotations = new SortedDictionary<string, string>(StringComparer.Ordinal) { [LayoutAnnotations.ContainerdName] =
                        name.ToString(), [LayoutAnnotations.RefName] = name.Tag ?? Reference.DefaultTag },
                });
        }
        return new Manifest { MediaType = MediaTypes.Index, Manifests = manifests };
    }

    private DockerArchiveImage Entry(Image image, IEnumerable<string> names)
    {
        IReadOnlyList<Descriptor> layers = image.Layers;
        SortedDictionary<string, Descriptor> sources = new(StringComparer.Ordinal);
        for (int i = 0; i < layers.Count; i++)
            sources[image.DiffIds[i]] =
                new Descriptor { MediaType = layers[i].MediaType, Digest = layers[i].Digest, Size = layers[i].Size };
        return new DockerArchiveImage { Config = PathOf(image.Id), RepoTags = [.. names],
            Layers = [.. layers.Select(layer => PathOf(layer.Digest))], LayerSources = sources };
    }

    /// <summary>For readers from before Docker 1.10, who at least see the names.</summary>
    private byte[] Repositories()
    {
        Dictionary<string, Dictionary<string, string>> repositories = [];
        foreach ((Image image, SortedDictionary<string, Reference> names) in _images)
            foreach (Reference name in names.Values)
            {
                if (!repositories.TryGetValue(name.FamiliarName, out Dictionary<string, string>? tags))
                    repositories[name.FamiliarName] = tags = [];
                tags[name.Tag ?? Reference.DefaultTag] = Digest.Hex(image.ChainIds.Count > 0 ? image.ChainIds[^1] : image.Id);
            }
        return JsonSerializer.SerializeToUtf8Bytes(repositories, ImageJson.Default.DictionaryStringDictionaryStringString);
    }

    private static string PathOf(string digest) => $"{Blobs}/{Digest.Hex(digest)}";
}
