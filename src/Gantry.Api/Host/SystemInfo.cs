using System.Text.Json.Serialization;
using Gantry.Api.Volumes;

namespace Gantry.Api.Host;

/// <summary>Answer of <c>GET /info</c>.</summary>
public sealed class SystemInfo
{
    public string ID { get; set => field = value ?? ""; } = "";
    public int Containers { get; set; }
    public int ContainersRunning { get; set; }
    public int ContainersPaused { get; set; }
    public int ContainersStopped { get; set; }
    public int Images { get; set; }
    public string Driver { get; set => field = value ?? ""; } = "";
    /// <summary>Pairs.</summary>
    public List<List<string>> DriverStatus { get; set => field = value ?? []; } = [];
    public SystemPlugins Plugins { get; set => field = value ?? new(); } = new();
    public bool MemoryLimit { get; set; }
    public bool SwapLimit { get; set; }
    public bool CpuCfsPeriod { get; set; }
    public bool CpuCfsQuota { get; set; }
    public bool CPUShares { get; set; }
    public bool CPUSet { get; set; }
    public bool PidsLimit { get; set; }
    public bool IPv4Forwarding { get; set; }
    public bool Debug { get; set; }
    public int NFd { get; set; }
    public bool OomKillDisable { get; set; }
    /// <summary>Clients print it; ours counts threads.</summary>
    public int NGoroutines { get; set; }
    public string SystemTime { get; set => field = value ?? ""; } = "";
    public string LoggingDriver { get; set => field = value ?? ""; } = "";
    public string CgroupDriver { get; set => field = value ?? ""; } = "";
    public string? CgroupVersion { get; set; }
    public int NEventsListener { get; set; }
    public string KernelVersion { get; set => field = value ?? ""; } = "";
    public string OperatingSystem { get; set => field = value ?? ""; } = "";
    public string OSVersion { get; set => field = value ?? ""; } = "";
    public string OSType { get; set => field = value ?? ""; } = "";
    public string Architecture { get; set => field = value ?? ""; } = "";
    public string IndexServerAddress { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public RegistryServiceConfig? RegistryConfig { get; set; }
    public int NCPU { get; set; }
    /// <summary>Bytes.</summary>
    public long MemTotal { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? GenericResources { get; set; }
    public string DockerRootDir { get; set => field = value ?? ""; } = "";
    public string HttpProxy { get; set => field = value ?? ""; } = "";
    public string HttpsProxy { get; set => field = value ?? ""; } = "";
    public string NoProxy { get; set => field = value ?? ""; } = "";
    public string Name { get; set => field = value ?? ""; } = "";
    public List<string> Labels { get; set => field = value ?? []; } = [];
    public bool ExperimentalBuild { get; set; }
    public string ServerVersion { get; set => field = value ?? ""; } = "";
    public Dictionary<string, SystemRuntime> Runtimes { get; set => field = value ?? []; } = [];
    public string DefaultRuntime { get; set => field = value ?? ""; } = "";
    public SwarmInfo Swarm { get; set => field = value ?? new(); } = new();
    public bool LiveRestoreEnabled { get; set; }
    public string Isolation { get; set => field = value ?? ""; } = "";
    public string InitBinary { get; set => field = value ?? ""; } = "";
    public ComponentCommit ContainerdCommit { get; set => field = value ?? new(); } = new();
    public ComponentCommit RuncCommit { get; set => field = value ?? new(); } = new();
    public ComponentCommit InitCommit { get; set => field = value ?? new(); } = new();
    public List<string> SecurityOptions { get; set => field = value ?? []; } = [];
    public string? ProductLicense { get; set; }
    public List<AddressPool>? DefaultAddressPools { get; set; }
    public FirewallInfo? FirewallBackend { get; set; }
    public List<string> CDISpecDirs { get; set => field = value ?? []; } = [];
    public ContainerdInfo? Containerd { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Warnings { get; set; }
}

public sealed class SystemPlugins
{
    public List<string> Volume { get; set => field = value ?? []; } = [];
    public List<string> Network { get; set => field = value ?? []; } = [];
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Authorization { get; set; }
    public List<string> Log { get; set => field = value ?? []; } = [];
}

public sealed class SystemRuntime
{
    [JsonPropertyName("path")] public string? Path { get; set; }
    [JsonPropertyName("runtimeArgs")] public List<string>? RuntimeArgs { get; set; }
    [JsonPropertyName("status")] public Dictionary<string, string>? Status { get; set; }
}

public sealed class ComponentCommit
{
    public string ID { get; set => field = value ?? ""; } = "";
    /// <summary>Only before API 1.49.</summary>
    public string? Expected { get; set; }
}

public sealed class SwarmInfo
{
    public string NodeID { get; set => field = value ?? ""; } = "";
    public string NodeAddr { get; set => field = value ?? ""; } = "";
    public string LocalNodeState { get; set => field = value ?? ""; } = "inactive";
    public bool ControlAvailable { get; set; }
    public string Error { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<SwarmPeer>? RemoteManagers { get; set; }
}

public sealed class SwarmPeer
{
    public string NodeID { get; set => field = value ?? ""; } = "";
    public string Addr { get; set => field = value ?? ""; } = "";
}

public sealed class AddressPool
{
    public string Base { get; set => field = value ?? ""; } = "";
    /// <summary>Prefix length of each network cut from it.</summary>
    public int Size { get; set; }
}

public sealed class FirewallInfo
{
    public string Driver { get; set => field = value ?? ""; } = "";
    public List<List<string>>? Info { get; set; }
}

public sealed class ContainerdInfo
{
    public string? Address { get; set; }
    public ContainerdNamespaces? Namespaces { get; set; }
}

public sealed class ContainerdNamespaces
{
    public string Containers { get; set => field = value ?? ""; } = "";
    public string Plugins { get; set => field = value ?? ""; } = "";
}

public sealed class RegistryServiceConfig
{
    public List<string>? InsecureRegistryCIDRs { get; set; }
    public Dictionary<string, RegistryIndex>? IndexConfigs { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Mirrors { get; set; }
}

public sealed class RegistryIndex
{
    public string Name { get; set => field = value ?? ""; } = "";
    public List<string> Mirrors { get; set => field = value ?? []; } = [];
    public bool Secure { get; set; }
    public bool Official { get; set; }
}
