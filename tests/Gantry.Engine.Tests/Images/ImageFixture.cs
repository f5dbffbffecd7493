using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Gantry.Api.Images;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;
using Gantry.Engine.Images;
using Gantry.Linux.Trees;
using Gantry.Oci.Image;
using Gantry.Storage.Archives;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Tests.Images;

/// <summary>An image store of its own for one test, and archives to feed it.</summary>
public sealed class ImageFixture : IDisposable, IImageUsers
{
    public string Root { get; } = Directory.CreateTempSubdirectory("gantry-images-").FullName;
    public EventBus Events { get; } = new();
    public ImageStore Store { get; private set; }
    public List<JsonMessage> Messages { get; } = [];
    public List<(string ImageId, ImageUser User)> Users { get; } = [];
    private readonly TimeProvider? _time;
    private ISnapshotter _snapshotter;

    public ImageFixture(TimeProvider? time = null)
    {
        _time = time;
        _snapshotter = new OverlaySnapshotter(Root);
        Store = NewStore();
    }

    public ISnapshotter Snapshotter => _snapshotter;

    public void Reopen()
    {
        Store.Dispose();
        Collector.Dispose();
        _snapshotter.Dispose();
        _snapshotter = new OverlaySnapshotter(Root);
        Store = NewStore();
    }

    public Collector Collector { get; private set; } = null!;
    public ContainerStore Containers { get; } = new();

    private ImageStore NewStore()
    {
        ContentStore content = new(Path.Combine(Root, "content"));
        Collector = new Collector(Root, content, _snapshotter);
        ImageStore store = new(Root, content, _snapshotter, Collector, Events, _time) { Users = this };
        Collector.Register(new ContainerRoots(Containers));
        Collector.Start();
        return store;
    }

    public IEnumerable<ImageUser> UsersOf(string imageId) => Users.Where(user => user.ImageId == imageId).Select(user => user.User);

    public void Dispose()
    {
        Store.Dispose();
        _snapshotter.Dispose();
        using DirectoryHandle parent = DirectoryHandle.Open(Path.GetDirectoryName(Root)!);
        TreeRemoval.Remove(parent, PathBytes.Of(Path.GetFileName(Root)));
    }

    public IReadOnlyList<Image> Load(byte[] archive, bool quiet = true)
    {
        Messages.Clear();
        return new ImageLoad(Store).Run(new MemoryStream(archive), quiet, Messages.Add, default);
    }

    public Image Import(string? name, params (string Path, string Content)[] files) => Import(name, null, files);

    public Image Import(string? name, Func<Oci.Image.ImageConfig, Oci.Image.ImageConfig>? change,
        params (string Path, string Content)[] files) =>
        new ImageImport(Store).Run(new MemoryStream(Layer(files)), name, null, null, change, default);

    public byte[] Save(params string[] names)
    {
        using SavedImages saved = new ImageSave(Store).Prepare(names);
        MemoryStream output = new();
        saved.Write(output);
        return output.ToArray();
    }

    /// <summary>Files below the data root that hold an image or a part of one.</summary>
    public IReadOnlyList<string> Leftovers()
    {
        string[] places = ["content/blobs/sha256", "content/ingest", "overlay2", "image/overlay2/records"];
        // What is returned is what was looked at: a directory that is renamed while it is listed may be missed once and found again.
        string[] found = [];
        SpinWait.SpinUntil(() =>
        {
            found = [.. places.SelectMany(place => Directory.GetFileSystemEntries(Path.Combine(Root, place)))];
            return !found.Any(path => path.Contains("/rm-") || path.Contains("/tmp-"));
        }, TimeSpan.FromSeconds(30));
        return found;
    }

    public static byte[] Layer(params (string Path, string Content)[] files) =>
        Archive([.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Content)))]);

    public static byte[] Archive(params (string Path, byte[] Content)[] files)
    {
        MemoryStream stream = new();
        using (TarWriter writer = new(stream))
            foreach ((string path, byte[] content) in files) writer.WriteFile(path, content);
        return stream.ToArray();
    }

    public static byte[] Config(IEnumerable<byte[]> layers, string architecture = "amd64") =>
        JsonSerializer.SerializeToUtf8Bytes(new OciImage
    {
        Architecture = architecture, Os = "linux", Created = DateTimeOffset.UnixEpoch.AddYears(50),
        Config = new Gantry.Oci.Image.ImageConfig { Cmd = ["sh"], Labels = new Dictionary<string, string> { ["l"] = "v" } },
        RootFs = new ImageRootFs { DiffIds = [.. layers.Select(layer => Digest.Of(layer))] },
    }, ImageJson.Default.OciImage);

    /// <summary>What docker save wrote until version 24.</summary>
    public static byte[] DockerArchive(string? name, params byte[][] layers)
    {
        byte[] config = Config(layers);
        List<(string, byte[])> files = [.. layers.Select((layer, i) => ($"l{i}/layer.tar", layer))];
        string tags = name is null ? "null" : $"[\"{name}\"]";
        files.Add(("config.json", config));
        files.Add(("manifest.json",
            Encoding.UTF8.GetBytes($"[{{\"Config\":\"config.json\",\"RepoTags\":{tags},"
                + $"\"Layers\":[{string.Join(',', layers.Select((_, i) => $"\"l{i}/layer.tar\""))}]}}]")));
        return Archive([.. files]);
    }

    public static byte[] Gzip(byte[] content)
    {
        MemoryStream zipped = new();
        using (GZipStream gzip = new(zipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(content);
        return zipped.ToArray();
    }
}
