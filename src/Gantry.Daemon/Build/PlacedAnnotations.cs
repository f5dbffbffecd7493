using Gantry.Api.Builds;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>Annotations of a build, each where it belongs.</summary>
/// <param name="plain">Of every image's manifest.</param>
internal sealed class PlacedAnnotations(IReadOnlyDictionary<string, string> plain, IReadOnlyList<BuildAnnotation> placed)
{
    /// <summary>The place of those that are the image's own.</summary>
    public const string Manifest = "manifest";

    private const string Descriptor = "manifest-descriptor", Index = "index";

    public static PlacedAnnotations None { get; } = new(new Dictionary<string, string>(), []);

    private static readonly Dictionary<string, string> Nothing = [];

    public bool IsEmpty => plain.Count == 0 && placed.Count == 0;

    /// <summary>Some of them need an index.</summary>
    public bool NeedIndex => placed.Any(one => one.Place is Descriptor or Index);

    /// <summary>Of the index.</summary>
    public IReadOnlyDictionary<string, string> OfIndex => Of(Index, null, Nothing);

    public IReadOnlyDictionary<string, string> OfManifest(TargetPlatform platform) => Of(Manifest, platform, plain);

    /// <summary>Of its place in the index.</summary>
    public IReadOnlyDictionary<string, string> OfDescriptor(TargetPlatform platform) => Of(Descriptor, platform, Nothing);

    /// <exception cref="GantryException">Invalid: a place that there is not, no name, or a platform that is none.</exception>
    public void Check()
    {
        if (plain.ContainsKey("") || placed.Any(one => one.Key.Length == 0)) throw GantryException.Invalid("an annotation has no name");
        foreach (BuildAnnotation one in placed)
        {
            if (one.Place is not (Manifest or Descriptor or Index))
                throw GantryException.Invalid(
                    $"annotation {one.Key}: its place is manifest, manifest-descriptor or index, not \"{one.Place}\"");
            if (one.Platform.Length > 0) TargetPlatform.Parse(one.Platform);
            if (one is { Place: Index, Platform.Length: > 0 })
                throw GantryException.Invalid($"annotation {one.Key}: an index is of no platform");
        }
    }

    private Dictionary<string, string> Of(string place, TargetPlatform? platform, IReadOnlyDictionary<string, string> begin)
    {
        Dictionary<string, string> all = new(begin);
        foreach (BuildAnnotation one in placed.Where(one => one.Place == place))
            if (one.Platform.Length == 0 || TargetPlatform.Parse(one.Platform) == platform) all[one.Key] = one.Value;
        return all;
    }
}
