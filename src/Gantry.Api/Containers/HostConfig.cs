using System.Text.Json.Serialization;
using Gantry.Api.Json;
using Gantry.Api.Networks;

namespace Gantry.Api.Containers;

/// <summary>What the host gives a container and how it is confined. Limits come from <see cref="ContainerResources"/>.</summary>
public sealed class HostConfig : ContainerResources
{
    /// <summary><c>source:target[:options]</c>; the source is an absolute path or a volume's name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Binds { get; set; }
    public string ContainerIDFile { get; set => field = value ?? ""; } = "";
    public LogConfig LogConfig { get; set => field = value ?? new(); } = new();
    /// <summary><c>bridge</c>, <c>host</c>, <c>none</c>, <c>container:ID</c> or a network; empty and <c>default</c> are bridge.</summary>
    public string NetworkMode { get; set => field = value ?? ""; } = "";
    /// <summary>Keys are <c>port/protocol</c>; a null or empty list publishes to a free port.</summary>
    public Dictionary<string, List<PortBinding>?> PortBindings
    {
        get;
        set
        {
            field = value ?? [];
            foreach (List<PortBinding>? bindings in field.Values) NoNulls.In(bindings);
        }
    } = [];
    public RestartPolicy RestartPolicy { get; set => field = value ?? new(); } = new();
    public bool AutoRemove { get; set; }
    public string VolumeDriver { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? VolumesFrom { get; set; }
    /// <summary>Rows, then columns, of the terminal at its start.</summary>
    public List<int> ConsoleSize { get; set => field = value ?? [0, 0]; } = [0, 0];
    public Dictionary<string, string>? Annotations { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? CapAdd { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? CapDrop { get; set; }
    /// <summary><c>private</c>, <c>host</c>, or empty for the daemon's default.</summary>
    public string CgroupnsMode { get; set => field = value ?? ""; } = "";
    public List<string> Dns { get; set => field = value ?? []; } = [];
    public List<string> DnsOptions { get; set => field = value ?? []; } = [];
    public List<string> DnsSearch { get; set => field = value ?? []; } = [];
    /// <summary><c>name:address</c>; <c>host-gateway</c> as address is the host's bridge address.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? ExtraHosts { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? GroupAdd { get; set; }
    public string IpcMode { get; set => field = value ?? ""; } = "";
    public string Cgroup { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Links { get; set; }
    public int OomScoreAdj { get; set; }
    public string PidMode { get; set => field = value ?? ""; } = "";
    public bool Privileged { get; set; }
    public bool PublishAllPorts { get; set; }
    public bool ReadonlyRootfs { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? SecurityOpt { get; set; }
    public Dictionary<string, string>? StorageOpt { get; set; }
    /// <summary>Target to mount options.</summary>
    public Dictionary<string, string>? Tmpfs { get; set; }
    public string UTSMode { get; set => field = value ?? ""; } = "";
    public string UsernsMode { get; set => field = value ?? ""; } = "";
    /// <summary>Bytes; 0 is 64 MiB.</summary>
    public long ShmSize { get; set; }
    public Dictionary<string, string>? Sysctls { get; set; }
    public string? Runtime { get; set; }
    public string Isolation { get; set => field = value ?? ""; } = "";
    public List<MountSpec>? Mounts { get; set => field = NoNulls.In(value); }
    /// <summary>Null asks for the default list; an empty one masks nothing.</summary>
    public List<string>? MaskedPaths { get; set; }
    /// <summary>Null asks for the default list; an empty one leaves all writable.</summary>
    public List<string>? ReadonlyPaths { get; set; }
    public bool? Init { get; set; }
}

public sealed class LogConfig
{
    public string Type { get; set => field = value ?? ""; } = "";
    public Dictionary<string, string> Config { get; set => field = value ?? []; } = [];
}

public sealed class RestartPolicy
{
    /// <summary><c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure</c>; empty is <c>no</c>.</summary>
    public string Name { get; set => field = value ?? ""; } = "";
    public int MaximumRetryCount { get; set; }
}
