using System.Net;
using Gantry.Daemon.Http.Listening;
using Gantry.Engine.Images;
using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Network.Ipam;

namespace Gantry.Daemon.Configuration;

/// <summary>What the daemon was told, by its command line and <c>daemon.json</c> together.</summary>
public sealed partial class DaemonOptions
{
    private string? _namedDataRoot;

    /// <summary>From the start on without links: the kernel's mount table has none.</summary>
    public string DataRoot { get; set; } = "/var/lib/gantry";
    /// <summary>As somebody wrote it: what is named after it keeps its name, wherever a link may lead.</summary>
    public string NamedDataRoot => _namedDataRoot ?? DataRoot;
    public string ExecRoot { get; set; } = "/run/gantry";
    public string ConfigFile { get; set; } = "/etc/gantry/daemon.json";
    public string PidFile { get; set; } = "/run/gantryd.pid";
    public List<string> Hosts { get; } = [];
    /// <summary>Who may open UNIX sockets; empty: <c>gantry</c> or <c>docker</c>, whichever exists.</summary>
    public string Group { get; set; } = "";
    public bool Debug { get; set; }
    public string LogLevel { get; set; } = "info";
    public List<string> Labels { get; } = [];

    public string StorageDriver { get; set; } = "";
    public FreeSpace FreeSpaceLow { get; set; } = new SpacePolicy().Low;
    public FreeSpace FreeSpaceEnough { get; set; } = new SpacePolicy().Enough;
    /// <summary>Null: images are never removed by themselves.</summary>
    public TimeSpan? UnusedImages { get; set; }
    public BuilderOptions Builder { get; } = new();
    public string CgroupParent { get; set; } = "";
    public string DefaultRuntime { get; set; } = "";
    /// <summary>Name to program.</summary>
    public Dictionary<string, string> Runtimes { get; } = [];
    public string InitPath { get; set; } = "";
    public string LogDriver { get; set; } = "json-file";
    public Dictionary<string, string> LogOptions { get; } = [];
    /// <summary>Name to <c>soft:hard</c>.</summary>
    public Dictionary<string, string> DefaultUlimits { get; } = [];
    public long ShmSize { get; set; } = 64L << 20;

    public string Bridge { get; set; } = "";
    public InterfaceAddress? BridgeAddress { get; set; }
    public Subnet? FixedRange { get; set; }
    public bool IPv6 { get; set; }
    public Subnet? FixedRange6 { get; set; }
    /// <summary>Empty: the usual ones.</summary>
    public List<SubnetPool> AddressPools { get; } = [];
    public IPAddress DefaultBindAddress { get; set; } = IPAddress.Any;
    public int Mtu { get; set; } = 1500;
    public bool InterContainer { get; set; } = true;
    public bool Forwarding { get; set; } = true;
    public bool ForwardNoDrop { get; set; }
    public bool Masquerade { get; set; } = true;
    public List<string> Dns { get; } = [];
    public List<string> DnsSearch { get; } = [];
    public List<string> DnsOptions { get; } = [];

    public List<string> RegistryMirrors { get; } = [];
    public List<string> InsecureRegistries { get; } = [];
    /// <summary>Layers at the same time, for each pull and each push; as many tries for each.</summary>
    public int MaxConcurrentDownloads { get; set; } = 3;
    public int MaxConcurrentUploads { get; set; } = 5;
    public int MaxDownloadAttempts { get; set; } = 5;
    /// <summary>How layers made here are compressed when they are pushed: gzip, zstd or none.</summary>
    public string PushCompression { get; set; } = "gzip";
    /// <summary>Null: as the environment says.</summary>
    public string? HttpProxy { get; set; }
    public string? HttpsProxy { get; set; }
    public string? NoProxy { get; set; }

    public bool Tls { get; set; }
    public bool TlsVerify { get; set; }
    public string TlsCaCertificate { get; set; } = "";
    public string TlsCertificate { get; set; } = "";
    public string TlsKey { get; set; } = "";

    /// <summary>Seconds that running requests get when the daemon ends.</summary>
    public int ShutdownTimeout { get; set; } = 1;

    public bool ShowVersion { get; set; }
    public bool ShowHelp { get; set; }
    public bool Validate { get; set; }

    /// <summary>Options that were given and change nothing here, with the reason; for the log.</summary>
    public List<string> WithoutEffect { get; } = [];

    /// <summary>The daemon starts, and the directory is there.</summary>
    public void ResolveDataRoot()
    {
        using SafeFileDescriptor directory = LinuxFile.OpenDirectory(DataRoot);
        _namedDataRoot = DataRoot;
        DataRoot = new FileInfo(directory.ProcPath).LinkTarget ?? DataRoot;
    }

    /// <summary>A sentence for each address on which anybody who reaches it is let in.</summary>
    internal IEnumerable<string> Exposures() =>
        Hosts.Select(host => ListenAddress.Parse(host, IsTls).Exposure(IsTls, TlsVerify)).OfType<string>();

    public bool IsTls => Tls || TlsVerify;
}
