namespace Gantry.Linux.Mounts;

/// <summary>A container's root filesystem as a mount that is in no mount table.</summary>
public static class DetachedRoot
{
    /// <summary>The kinds: overlayfs; the same in user space; a ready directory.</summary>
    public const string Overlay = "overlay", FuseOverlay = "fuse-overlayfs", Bind = "bind";

    /// <param name="type">One of the kinds.</param>
    /// <param name="lower">Read-only layers, topmost first; not for <see cref="Bind"/>.</param>
    /// <param name="source">The ready directory, for <see cref="Bind"/> alone.</param>
    /// <param name="options">Of overlayfs.</param>
    /// <exception cref="GantryException">Invalid: another kind, or one without what it needs.</exception>
    public static SafeFileDescriptor Open(string type, IReadOnlyList<string> lower, string? upper, string? work, string? source,
        IReadOnlyList<string> options) => type switch
    {
        Overlay => OverlayMount.Create(lower, upper, work, options),
        FuseOverlay =>
            FuseOverlayMount.Create(lower, upper ?? throw Without(type, "upper directory"), work ?? throw Without(type, "work directory")),
        Bind => DetachedMount.Clone(source ?? throw Without(type, "source"), recursive: true),
        _ => throw GantryException.Invalid($"root type \"{type}\" is not known"),
    };

    private static GantryException Without(string type, string what) => GantryException.Invalid($"a root of type {type} needs its {what}");
}
