namespace Gantry.Linux.Mounts;

/// <summary>A root filesystem, as it is to be mounted: the storage says it, the bundle carries it, the runtime mounts it.</summary>
public sealed record RootMount
{
    /// <summary>The kinds: overlayfs; the same in user space; a ready directory.</summary>
    public const string Overlay = "overlay", FuseOverlay = "fuse-overlayfs", Bind = "bind";

    /// <summary>One of the kinds.</summary>
    public required string Type { get; init; }
    /// <summary>Read-only layers, topmost first; with <see cref="Bind"/>, the tree that the directory was made from.</summary>
    public IReadOnlyList<string> Lower { get; init; } = [];
    /// <summary>The writable layer; overlays alone.</summary>
    public string? Upper { get; init; }
    /// <summary>An overlay's scratch directory, on the file system of <see cref="Upper"/>.</summary>
    public string? Work { get; init; }
    /// <summary>The ready directory; <see cref="Bind"/> alone.</summary>
    public string? Source { get; init; }
    /// <summary>Further ones of overlayfs, such as <c>volatile</c> or <c>metacopy=off</c>.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The same for what goes with whoever writes to it, or is synced by somebody else: nothing is waited for when it is synced or
    /// unmounted. An overlay's unmount would otherwise wait until everything is on disk that anyone has written to the file system below.
    /// </summary>
    /// <remarks>After a power loss it is not to be mounted any more.</remarks>
    public RootMount Volatile() => Type == Overlay && OperatingSystem.IsOSPlatformVersionAtLeast("linux", 5, 10)
        ? this with { Options = [.. Options, "volatile"] } : this;

    /// <summary>Puts it together as a mount in no mount table: until it is attached somewhere, this process alone sees it.</summary>
    /// <exception cref="GantryException">Invalid: another kind, or one without what it needs.</exception>
    public SafeFileDescriptor Open() => Type switch
    {
        Overlay => OverlayMount.Create(Lower, Upper, Work, Options),
        FuseOverlay =>
            FuseOverlayMount.Create(Lower, Upper ?? throw Without("upper directory"), Work ?? throw Without("work directory")),
        Bind => DetachedMount.Clone(Source ?? throw Without("source"), recursive: true),
        _ => throw GantryException.Invalid($"root type \"{Type}\" is not known"),
    };

    private GantryException Without(string what) => GantryException.Invalid($"a root of type {Type} needs its {what}");
}
