using Gantry.Api.Containers;

namespace Gantry.Api.Builds;

/// <summary>What <c>POST /build</c> takes beside the context; what is not set is not sent.</summary>
public sealed class BuildRequest
{
    /// <summary>An address that the daemon fetches the context from; null when it is sent.</summary>
    public string? Remote { get; set; }
    /// <summary>Its path in the context.</summary>
    public string? Dockerfile { get; set; }
    public List<string> Tags { get; set; } = [];
    public string? Target { get; set; }
    public string? Platform { get; set; }
    /// <summary>Several, which give an index; gantryd alone.</summary>
    public List<string> Platforms { get; set; } = [];
    /// <summary>A value of null leaves the variable to the Dockerfile.</summary>
    public Dictionary<string, string?> Arguments { get; set; } = [];
    public Dictionary<string, string> Labels { get; set; } = [];
    public List<string> CacheFrom { get; set; } = [];
    /// <summary>Caches that builds have left elsewhere; gantryd alone.</summary>
    public List<BuildCacheOption> CacheImports { get; set; } = [];
    /// <summary>Where this build's goes; gantryd alone.</summary>
    public List<BuildCacheOption> CacheExports { get; set; } = [];
    public List<string> ExtraHosts { get; set; } = [];
    public List<string> SecurityOptions { get; set; } = [];
    public List<Ulimit> Ulimits { get; set; } = [];
    public string? NetworkMode { get; set; }
    public string? Isolation { get; set; }
    public string? CgroupParent { get; set; }
    public string? CpusetCpus { get; set; }
    public string? CpusetMems { get; set; }
    public long CpuShares { get; set; }
    public long CpuPeriod { get; set; }
    public long CpuQuota { get; set; }
    public long Memory { get; set; }
    public long MemorySwap { get; set; }
    public long ShmSize { get; set; }
    /// <summary>What comes within the answer in place of an image in the store: <c>tar</c> for the files of the result, <c>oci</c> or
    /// <c>docker</c> for the image; null for none. gantryd alone.</summary>
    public string? Output { get; set; }
    /// <summary>Files of each platform go into a directory of its name; null where that depends on how many there are.</summary>
    public bool? IsSplit { get; set; }
    /// <summary>Of the image's manifest; gantryd alone.</summary>
    public Dictionary<string, string> Annotations { get; set; } = [];
    /// <summary>Of certain places; gantryd alone.</summary>
    public List<BuildAnnotation> PlacedAnnotations { get; set; } = [];
    /// <summary>What shall attest the image; gantryd alone.</summary>
    public List<BuildAttestation> Attestations { get; set; } = [];
    /// <summary>Stages whose steps are done again; gantryd alone.</summary>
    public List<string> NoCacheStages { get; set; } = [];
    /// <summary>Further contexts by their names: <c>docker-image://…</c>, an address, <c>local:</c> and a directory of the archive that
    /// is sent, or <c>session:</c> and a name in the session; gantryd alone.</summary>
    public Dictionary<string, string> Contexts { get; set; } = [];
    /// <summary>The session in which the client offers what the build asks for; gantryd alone.</summary>
    public string? ClientSession { get; set; }
    public bool Quiet { get; set; }
    /// <summary>What the checks of the Dockerfile find is told. Other daemons than Gantry's do not know it.</summary>
    public bool Checks { get; set; }
    /// <summary>The build is told as <see cref="BuildProgress"/>, not in Docker's words. Other daemons than Gantry's do not know
    /// it.</summary>
    public bool Vertices { get; set; }
    public bool NoCache { get; set; }
    public bool Pull { get; set; }
    public bool Squash { get; set; }
    /// <summary>Remove the containers of the steps after a build that succeeded.</summary>
    public bool Remove { get; set; } = true;
    /// <summary>And after one that failed.</summary>
    public bool ForceRemove { get; set; }
}
