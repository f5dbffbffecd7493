using Gantry.Api.Containers;
using Gantry.Api.Volumes;

namespace Gantry.Engine.Containers.Checks;

/// <summary>One <c>--mount</c>: which fields its type has, in the words that clients know.</summary>
internal static class MountSpecCheck
{
    private static readonly string[] Propagations = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];

    public static void Run(MountSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Target)) throw Bad(spec, "field Target must not be empty");
        switch (spec.Type)
        {
            case "bind": Bind(spec); break;
            case "volume": Volume(spec); break;
            case "tmpfs": Tmpfs(spec); break;
            default: throw Bad(spec, "mount type unknown");
        }
        if (!spec.Target.StartsWith('/')) throw Bad(spec, $"invalid mount path: '{spec.Target}' mount path must be absolute");
        if (InsidePath.Clean(spec.Target) == "/") throw Bad(spec, "invalid specification: destination can't be '/'");
    }

    /// <returns>Where a <c>--tmpfs</c> goes.</returns>
    public static string Target(string path)
    {
        if (!path.StartsWith('/')) throw GantryException.Invalid($"invalid mount path: '{path}' mount path must be absolute");
        string clean = InsidePath.Clean(path);
        return clean != "/" ? clean : throw GantryException.Invalid("invalid specification: destination can't be '/'");
    }

    private static void Bind(MountSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Source)) throw Bad(spec, "field Source must not be empty");
        if (!spec.Source.StartsWith('/')) throw Bad(spec, $"invalid mount path: '{spec.Source}' mount path must be absolute");
        Absent(spec, "VolumeOptions", spec.VolumeOptions);
        Absent(spec, "ImageOptions", spec.ImageOptions);
        Absent(spec, "TmpfsOptions", spec.TmpfsOptions);
        if (spec.BindOptions is not { } options) return;
        if (!string.IsNullOrEmpty(options.Propagation) && !Propagations.Contains(options.Propagation))
            throw Bad(spec, $"invalid propagation mode: {options.Propagation}");
        if (options is { ReadOnlyNonRecursive: true, ReadOnlyForceRecursive: true })
            throw Bad(spec, "mount options conflict: ReadOnlyNonRecursive && ReadOnlyForceRecursive");
        if (options.ReadOnlyForceRecursive == true && spec.ReadOnly != true)
            throw Bad(spec, "mount options conflict: ReadOnlyForceRecursive needs ReadOnly");
        if (options is { ReadOnlyForceRecursive: true, NonRecursive: true })
            throw Bad(spec, "mount options conflict: ReadOnlyForceRecursive && NonRecursive");
    }

    private static void Volume(MountSpec spec)
    {
        Absent(spec, "BindOptions", spec.BindOptions);
        Absent(spec, "ImageOptions", spec.ImageOptions);
        Absent(spec, "TmpfsOptions", spec.TmpfsOptions);
        if (string.IsNullOrEmpty(spec.Source) && spec.ReadOnly == true)
            throw Bad(spec, "must not set ReadOnly mode when using anonymous volumes");
        if (!string.IsNullOrEmpty(spec.VolumeOptions?.Subpath))
            throw GantryException.Unsupported("volume subpaths are not supported yet: mount the volume's root");
    }

    private static void Tmpfs(MountSpec spec)
    {
        if (!string.IsNullOrEmpty(spec.Source)) throw Bad(spec, "field Source must not be specified");
        Absent(spec, "BindOptions", spec.BindOptions);
        Absent(spec, "VolumeOptions", spec.VolumeOptions);
        Absent(spec, "ImageOptions", spec.ImageOptions);
        if (spec.TmpfsOptions?.SizeBytes < 0) throw Bad(spec, "field SizeBytes must not be negative");
        if (spec.TmpfsOptions?.Mode < 0) throw Bad(spec, "field Mode must not be negative");
    }

    private static void Absent(MountSpec spec, string field, object? options)
    {
        if (options is not null) throw Bad(spec, $"field {field} must not be specified");
    }

    private static GantryException Bad(MountSpec spec, string reason) =>
        GantryException.Invalid($"invalid mount config for type \"{spec.Type}\": {reason}");
}
