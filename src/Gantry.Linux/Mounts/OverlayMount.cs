using Gantry.Linux.Files;

namespace Gantry.Linux.Mounts;

/// <summary>overlayfs as a detached mount; see Documentation/filesystems/overlayfs.rst.</summary>
public static class OverlayMount
{
    private const string Type = "overlay";

    /// <param name="lower">Topmost first. Paths may hold any character.</param>
    /// <param name="upper">Null makes the overlay read-only; then at least two lower layers are needed.</param>
    /// <param name="options"><c>name</c> or <c>name=value</c>.</param>
    public static SafeFileDescriptor Create(IReadOnlyList<string> lower, string? upper, string? work, IReadOnlyList<string> options,
        MountAttributes attributes = 0)
    {
        if (work is not null) ForgetVolatile(work);
        // lowerdir+ takes one layer a call, each of any length and with any character.
        if (!OperatingSystem.IsOSPlatformVersionAtLeast("linux", 6, 7))
            return ClassicOverlay.Create(lower, upper, work, options, attributes);
        using SafeFileDescriptor context = DetachedMount.Open(Type);
        foreach (string path in lower) DetachedMount.Configure(context, Type, "lowerdir+", path);
        if (upper is not null) DetachedMount.Configure(context, Type, "upperdir", upper);
        if (work is not null) DetachedMount.Configure(context, Type, "workdir", work);
        foreach (string option in options)
        {
            int equals = option.IndexOf('=');
            DetachedMount.Configure(context, Type, equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        }
        return DetachedMount.Finish(context, Type, attributes);
    }

    /// <summary>A mount that was volatile leaves a mark, for which the kernel refuses the next: what was written may be lost when the power
    /// was. Whoever mounts it volatile has said that it does not live that long.</summary>
    private static void ForgetVolatile(string work)
    {
        string all = Path.Combine(work, "work", "incompat"), mark = Path.Combine(all, "volatile");
        // Asked first: hardly any is there, and each start of a container comes by here.
        if (FileNature.KindOf(mark) is null) return;
        Node.Remove(null, Path.Combine(mark, "dirty"));
        Node.Remove(null, mark, isDirectory: true);
        Node.Remove(null, all, isDirectory: true);
    }
}
