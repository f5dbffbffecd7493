namespace Gantry.Linux.Mounts;

/// <summary>overlayfs as a detached mount; see Documentation/filesystems/overlayfs.rst.</summary>
public static class OverlayMount
{
    private const string Type = "overlay";

    /// <param name="lower">Topmost first. Paths may hold any character.</param>
    /// <param name="upper">Null makes the overlay read-only; then at least two lower layers are needed.</param>
    /// <param name="options"><c>name</c> or <c>name=value</c>.</param>
    public static SafeFileDescriptor Create(IReadOnlyList<string> lower, string? upper, string? work, IReadOnlyList<string> options, MountAttributes attributes = 0)
    {
        using SafeFileDescriptor context = DetachedMount.Open(Type);
        AddLower(context, lower);
        if (upper is not null) DetachedMount.Configure(context, Type, "upperdir", upper);
        if (work is not null) DetachedMount.Configure(context, Type, "workdir", work);
        foreach (string option in options)
        {
            int equals = option.IndexOf('=');
            DetachedMount.Configure(context, Type, equals < 0 ? option : option[..equals], equals < 0 ? null : option[(equals + 1)..]);
        }
        return DetachedMount.Finish(context, Type, attributes);
    }

    // lowerdir+ (Linux 6.7) takes one layer a call. Before that all come in one string of at most a page, with ':' and '\' escaped.
    private static void AddLower(SafeFileDescriptor context, IReadOnlyList<string> lower)
    {
        for (int i = 0; i < lower.Count; i++)
        {
            if (DetachedMount.TryConfigure(context, "lowerdir+", lower[i])) continue;
            if (i > 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Errno.EINVAL) DetachedMount.Configure(context, Type, "lowerdir+", lower[i]);
            DetachedMount.Configure(context, Type, "lowerdir", string.Join(':', lower.Select(Escape)));
            return;
        }
    }

    private static string Escape(string path) => path.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(":", "\\:", StringComparison.Ordinal);
}
