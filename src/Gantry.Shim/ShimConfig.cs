using System.Text.Json.Serialization;
using Gantry.Linux.Mounts;
using Gantry.Shim.Logs;

namespace Gantry.Shim;

/// <summary>What a shim must know beyond the bundle's <c>config.json</c>;
/// the daemon writes it as <c>shim.json</c> into the bundle.</summary>
public sealed record ShimConfig
{
    /// <summary>The container's full identifier.</summary>
    public required string Id { get; init; }
    /// <summary>Where the shim listens: <c>&lt;run&gt;/&lt;id&gt;/shim.sock</c>.</summary>
    public required string Socket { get; init; }
    /// <summary>Where the shim keeps the exit status, as <see cref="ExitStatus"/>.</summary>
    public required string ExitFile { get; init; }
    /// <summary>Where the shim keeps its own process id and that of the container.</summary>
    public required string PidFile { get; init; }
    /// <summary>The root filesystem when the bundle has none mounted: assembled detached, attached only inside.</summary>
    public RootMount? Root { get; init; }
    /// <summary>What bind mounts of the spec show that is nowhere on the host; our own runtime alone.</summary>
    public IReadOnlyList<MountTree> Trees { get; init; } = [];
    /// <summary>Shared memory that others may join, mounted while the container exists; null for none.</summary>
    public SharedMemory? SharedMemory { get; init; }
    public bool Terminal { get; init; }
    /// <summary>Initial terminal size; 0 leaves it to a later resize.</summary>
    public ushort Rows { get; init; }
    public ushort Columns { get; init; }
    /// <summary>Keep the container's stdin open although nobody is attached.</summary>
    public bool OpenStdin { get; init; }
    /// <summary>Close the container's stdin when the first client that attached it goes away.</summary>
    public bool StdinOnce { get; init; }
    /// <summary>How long an attached client that reads nothing may hold the container's output back; afterwards it misses output.</summary>
    public int SlowClientSeconds { get; init; } = 60;
    public LogConfig Log { get; init; } = new();
    /// <summary>Path of an OCI runtime to use instead of our own, called with runc's command line; null for our own, in-process.</summary>
    public string? Runtime { get; init; }
    /// <summary>State directory (<c>--root</c>) for the runtime.</summary>
    public required string RuntimeRoot { get; init; }
}

/// <summary>A file system that is put together for a bind mount, which shows it whole or in part.</summary>
public sealed record MountTree
{
    /// <summary>What the spec's mount has as its source: a name, and no path of the host.</summary>
    public required string Source { get; init; }
    public required RootMount Root { get; init; }
    /// <summary>What of it is shown, without links and without a slash in front; empty for all.</summary>
    public string Path { get; init; } = "";
}

/// <summary>A <c>/dev/shm</c> that several containers have: a file system on the host, where each of their runtimes finds it.</summary>
public sealed record SharedMemory
{
    public required string Path { get; init; }
    /// <summary>Bytes.</summary>
    public required long Size { get; init; }
}

public sealed record LogConfig
{
    /// <summary>One of <see cref="LogDriver"/>.</summary>
    public string Driver { get; init; } = LogDriver.JsonFile;
    /// <summary>The newest file; what the others are called says <see cref="LogFileName"/>.</summary>
    public string? Path { get; init; }
    /// <summary>Rotate when the file would pass this many bytes; -1 never.</summary>
    public long MaxSize { get; init; } = 20L << 20;
    /// <summary>Files in all, the newest included.</summary>
    public int MaxFiles { get; init; } = 5;
    /// <summary>Pack the old ones.</summary>
    public bool Compress { get; init; }
    /// <summary>Put into every record under <c>attrs</c>.</summary>
    public IReadOnlyDictionary<string, string>? Attributes { get; init; }
}

/// <summary>How a container or exec ended; on disk as <see cref="ShimConfig.ExitFile"/>.</summary>
public sealed record ExitStatus
{
    /// <summary>0–255; 128+n when signal n ended it.</summary>
    /// <remarks>Written even when it is 0, which the reader requires.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Code { get; init; }
    public bool OomKilled { get; init; }
    public required DateTimeOffset At { get; init; }
}
