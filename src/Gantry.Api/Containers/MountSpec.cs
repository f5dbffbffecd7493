namespace Gantry.Api.Containers;

/// <summary>One mount as asked for (<c>HostConfig.Mounts</c>); <see cref="MountPoint"/> is one as it is.</summary>
public sealed class MountSpec
{
    /// <summary><c>bind</c>, <c>volume</c>, <c>tmpfs</c>, <c>image</c>, <c>npipe</c> or <c>cluster</c>.</summary>
    public string? Type { get; set; }
    public string? Source { get; set; }
    public string? Target { get; set; }
    public bool? ReadOnly { get; set; }
    public string? Consistency { get; set; }
    public BindOptions? BindOptions { get; set; }
    public VolumeOptions? VolumeOptions { get; set; }
    public ImageOptions? ImageOptions { get; set; }
    public TmpfsOptions? TmpfsOptions { get; set; }
}

public sealed class BindOptions
{
    /// <summary><c>private</c>, <c>rprivate</c>, <c>shared</c>, <c>rshared</c>, <c>slave</c> or <c>rslave</c>;
    /// empty is <c>rprivate</c>.</summary>
    public string? Propagation { get; set; }
    public bool? NonRecursive { get; set; }
    public bool? CreateMountpoint { get; set; }
    public bool? ReadOnlyNonRecursive { get; set; }
    public bool? ReadOnlyForceRecursive { get; set; }
}

public sealed class VolumeOptions
{
    public bool? NoCopy { get; set; }
    public Dictionary<string, string>? Labels { get; set; }
    public string? Subpath { get; set; }
    public VolumeDriverConfig? DriverConfig { get; set; }
}

public sealed class VolumeDriverConfig
{
    public string? Name { get; set; }
    public Dictionary<string, string>? Options { get; set; }
}

public sealed class ImageOptions
{
    public string? Subpath { get; set; }
}

public sealed class TmpfsOptions
{
    /// <summary>Bytes.</summary>
    public long? SizeBytes { get; set; }
    /// <summary>Permission bits, as a decimal number.</summary>
    public int? Mode { get; set; }
    /// <summary>Each entry is a flag, or a key and a value.</summary>
    public List<List<string>>? Options { get; set; }
}

/// <summary>One mount of a container, as inspect and list show it.</summary>
public sealed class MountPoint
{
    public string? Type { get; set; }
    public string? Name { get; set; }
    public string Source { get; set => field = value ?? ""; } = "";
    public string Destination { get; set => field = value ?? ""; } = "";
    public string? Driver { get; set; }
    public string Mode { get; set => field = value ?? ""; } = "";
    public bool RW { get; set; }
    public string Propagation { get; set => field = value ?? ""; } = "";
}
