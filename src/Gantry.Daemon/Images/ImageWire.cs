using Gantry.Api.Containers;
using Gantry.Api.Images;
using Gantry.Api.Json;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Indexes;
using Gantry.Registry;

namespace Gantry.Daemon.Images;

/// <summary>Images as each version of the API shows them.</summary>
internal static class ImageWire
{
    private static readonly ApiVersion WithoutNone = new(1, 43), WithoutVirtualSize = new(1, 44), WithoutContainer = new(1, 45),
        WithoutContainerFields = new(1, 50), WithDescriptor = new(1, 48);

    /// <param name="size">What the caller counts as the image's size.</param>
    public static ImageSummary Summary(ListedImage listed, ImageFamily family, long size, ApiVersion version)
    {
        Image image = listed.Image;
        // Clients of that time print these words from what they get.
        bool none = version < WithoutNone && listed.Names.Count == 0;
        return new ImageSummary
        {
            Id = image.Id,
            ParentId = family.ParentOf(image) ?? "",
            RepoTags = none ? ["<none>:<none>"] : Tags(listed.Names),
            RepoDigests = none ? ["<none>@<none>"] : Digests(listed.Names),
            Created = image.Created?.ToUnixTimeSeconds() ?? 0,
            Size = size,
            VirtualSize = version < WithoutVirtualSize ? size : null,
            Labels = image.Config.Config?.Labels is { } labels ? new Dictionary<string, string>(labels) : null,
        };
    }

    /// <summary>What the image's names stand for; versions of before know nothing of it.</summary>
    public static Descriptor? Target(ImageStore images, Image image, ApiVersion version) =>
        version < WithDescriptor ? null : ManifestWire.Of(new ManifestList(images).TargetOf(image));

    public static ImageInspect Inspect(ImageStore images, Image image, ApiVersion version)
    {
        IReadOnlyList<Reference> names = images.NamesOf(image.Id);
        return new ImageInspect
        {
            Id = image.Id,
            RepoTags = Tags(names),
            RepoDigests = Digests(names),
            Parent = new ImageFamily(images).ParentOf(image) ?? "",
            Comment = image.Config.Comment ?? "",
            Created = image.Created is { } created ? WireTime.Format(created) : version < WithoutVirtualSize ? WireTime.Never : null,
            DockerVersion = image.Config.DockerVersion ?? "",
            Author = image.Config.Author ?? "",
            Container = version < WithoutContainer ? image.Config.Container ?? "" : null,
            ContainerConfig = version < WithoutContainer ? Config(new Oci.Image.ImageConfig(), version) : null,
            Config = Config(image.Config.Config ?? new Oci.Image.ImageConfig(), version),
            Architecture = image.Config.Architecture ?? "",
            Variant = image.Config.Variant,
            Os = image.Config.Os ?? "linux",
            OsVersion = image.Config.OsVersion,
            Size = image.Size,
            VirtualSize = version < WithoutVirtualSize ? image.Size : null,
            GraphDriver = new GraphDriver { Name = images.Snapshotter.Name,
                Data = new Dictionary<string, string>(images.Snapshotter.DescribeImage(image.ChainIds)) },
            RootFS = new ImageRootFS { Type = "layers", Layers = image.DiffIds.Count > 0 ? [.. image.DiffIds] : null },
            Descriptor = Target(images, image, version),
            Metadata = new ImageMetadata { LastTagTime = image.LastTagged is { } tagged ? WireTime.Format(tagged) : WireTime.Never },
        };
    }

    public static ImageHistory History(ImageStep step) => new()
    {
        Id = step.Id ?? "<missing>",
        Created = step.History.Created?.ToUnixTimeSeconds() ?? 0,
        CreatedBy = step.History.CreatedBy ?? "",
        Comment = step.History.Comment ?? "",
        Size = step.Size,
        Tags = step.Tags.Count > 0 ? Tags(step.Tags) : null,
    };

    public static List<ImageDeleteResponseItem> Removals(IReadOnlyList<ImageRemoval> removals) =>
        [.. removals.Select(removal => new ImageDeleteResponseItem { Untagged = removal.Untagged, Deleted = removal.Deleted })];

    private static List<string> Tags(IEnumerable<Reference> names) =>
        [.. names.Where(name => name.Tag is not null).Select(name => name.Familiar)];

    private static List<string> Digests(IEnumerable<Reference> names) =>
        [.. names.Where(name => name.Digest is not null).Select(name => name.Familiar)];

    private static ImageConfig Config(Oci.Image.ImageConfig config, ApiVersion version) => new()
    {
        ContainerFields = version < WithoutContainerFields,
        User = config.User ?? "",
        ExposedPorts = config.ExposedPorts?.Keys.ToDictionary(key => key, _ => (EmptyObject?)new EmptyObject()),
        Env = config.Env?.ToList(),
        Entrypoint = config.Entrypoint?.ToList(),
        Cmd = config.Cmd?.ToList(),
        Volumes = config.Volumes?.Keys.ToDictionary(key => key, _ => (EmptyObject?)new EmptyObject()),
        WorkingDir = config.WorkingDir ?? "",
        Labels = config.Labels is { } labels ? new Dictionary<string, string>(labels) : null,
        StopSignal = config.StopSignal,
        ArgsEscaped = config.ArgsEscaped ? true : null,
        Healthcheck = config.Healthcheck is { } check ? Healthcheck(check) : null,
        OnBuild = config.OnBuild?.ToList(),
        Shell = config.Shell?.ToList(),
    };

    private static HealthConfig Healthcheck(Oci.Image.ImageHealthcheck check) => new()
    {
        Test = check.Test?.ToList(),
        Interval = NonZero(check.Interval),
        Timeout = NonZero(check.Timeout),
        StartPeriod = NonZero(check.StartPeriod),
        StartInterval = NonZero(check.StartInterval),
        Retries = check.Retries > 0 ? check.Retries : null,
    };

    private static long? NonZero(long value) => value != 0 ? value : null;
}
