using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Runtime.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>File systems that show a namespace: the root of a user namespace may mount one only where that namespace belongs to his,
/// but may bind the host's.</summary>
internal static class KernelView
{
    public static bool Has(string type) => Path(type) is { } path && Directory.Exists(path);

    private static string? Path(string type) => type switch
    {
        "sysfs" => "/sys",
        "proc" => "/proc",
        "mqueue" => "/dev/mqueue",
        _ => null,
    };

    /// <summary>With all that is below: the kernel does not let a user namespace look under mounts that it got together.</summary>
    public static void Bind(string type, SafeFileDescriptor target, MountOptions options, string shownTarget)
    {
        using SafeFileDescriptor tree = DetachedMount.Clone(Path(type)!, recursive: true);
        const MountAttributes Restrictions = MountAttributes.ReadOnly | MountAttributes.NoSuid | MountAttributes.NoDevices
            | MountAttributes.NoExecute;
        if ((options.Set & Restrictions) != 0)
            DetachedMount.SetAttributes(tree, options.Set & Restrictions, 0, recursive: true, shownTarget);
        DetachedMount.Attach(tree, target, shownTarget);
    }
}
