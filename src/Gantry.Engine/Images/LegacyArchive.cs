using System.Text.Json;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Engine.Images;

/// <summary>Reads archives from before Docker 1.10: <c>repositories</c> names the topmost layer,
/// and each layer's <c>json</c> names the one below.</summary>
internal static class LegacyArchive
{
    public const string RepositoriesFile = "repositories";
    private const int MaxLayers = 1000;

    public static IReadOnlyList<ArchivedImage> Read(ImageArchive archive, Func<Descriptor, string> diffIdOf, Func<byte[], string> put)
    {
        Dictionary<string, Dictionary<string, string>> repositories =
            ImageDocuments.Read(archive.Document(RepositoriesFile)!, ImageJson.Default.DictionaryStringDictionaryStringString,
                RepositoriesFile);
        List<ArchivedImage> images = [];
        foreach ((string repository, Dictionary<string, string> tags) in repositories)
            foreach ((string tag, string id) in tags)
                images.Add(Read(archive, id, ArchiveName.Parse($"{repository}:{tag}"), diffIdOf, put));
        return images;
    }

    private static ArchivedImage Read(ImageArchive archive, string top, Reference name, Func<Descriptor, string> diffIdOf,
        Func<byte[], string> put)
    {
        List<LegacyLayer> documents = [];
        List<Descriptor> layers = [];
        for (string? id = top; !string.IsNullOrEmpty(id); id = documents[^1].Parent)
        {
            if (documents.Count == MaxLayers) throw GantryException.Invalid($"archive: image {top} has more than {MaxLayers} layers");
            byte[] json = archive.Document($"{id}/json") ?? throw GantryException.Invalid($"archive: \"{id}/json\" is missing");
            documents.Add(ImageDocuments.Read(json, LegacyJson.Default.LegacyLayer, $"{id}/json"));
            layers.Add(archive.Find($"{id}/layer.tar") ?? throw GantryException.Invalid($"archive: \"{id}/layer.tar\" is missing"));
        }
        documents.Reverse();
        layers.Reverse();
        LegacyLayer last = documents[^1];
        OciImage config = new()
        {
            Created = last.Created, Author = last.Author, Architecture = last.Architecture ?? HostArchitecture.Name,
            Os = last.Os ?? "linux", Config = last.Config,
            RootFs = new ImageRootFs { DiffIds = [.. layers.Select(diffIdOf)] },
            History = [.. documents.Select(layer => new ImageHistory
            {
                Created = layer.Created, Author = layer.Author, Comment = layer.Comment,
                CreatedBy = layer.ContainerConfig?.Cmd is { } command ? string.Join(' ', command) : null,
            })],
        };
        string digest = put(JsonSerializer.SerializeToUtf8Bytes(config, ImageJson.Default.OciImage));
        return new ArchivedImage(digest, config, layers, [name], null);
    }
}
