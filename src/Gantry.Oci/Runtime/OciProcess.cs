namespace Gantry.Oci.Runtime;

/// <summary>config.md, "Process"; also the whole of what <c>exec --process</c> reads.</summary>
public sealed record OciProcess
{
    public bool Terminal { get; init; }
    public OciConsoleSize? ConsoleSize { get; init; }
    public OciUser User { get; init; } = new();
    public IReadOnlyList<string>? Args { get; init; }
    public IReadOnlyList<string>? Env { get; init; }
    public required string Cwd { get; init; }
    public OciCapabilities? Capabilities { get; init; }
    public IReadOnlyList<OciRlimit>? Rlimits { get; init; }
    public bool NoNewPrivileges { get; init; }
    public string? ApparmorProfile { get; init; }
    public int? OomScoreAdj { get; init; }
    public string? SelinuxLabel { get; init; }
    public OciScheduler? Scheduler { get; init; }
    public OciIOPriority? IoPriority { get; init; }
    public OciExecCpuAffinity? ExecCPUAffinity { get; init; }
}

public sealed record OciConsoleSize
{
    public ushort Height { get; init; }
    public ushort Width { get; init; }
}

public sealed record OciUser
{
    public uint Uid { get; init; }
    public uint Gid { get; init; }
    public uint? Umask { get; init; }
    public IReadOnlyList<uint>? AdditionalGids { get; init; }
    /// <summary>Not used by the specification on Linux; our engine puts Docker's <c>user[:group]</c> here to be looked up in the
    /// container's own files, inside.</summary>
    public string? Username { get; init; }
    /// <summary>Ours alone, like <see cref="Username"/>: names of supplementary groups, to be looked up there too.</summary>
    public IReadOnlyList<string>? AdditionalGroups { get; init; }
}

public sealed record OciCapabilities
{
    public IReadOnlyList<string>? Bounding { get; init; }
    public IReadOnlyList<string>? Effective { get; init; }
    public IReadOnlyList<string>? Inheritable { get; init; }
    public IReadOnlyList<string>? Permitted { get; init; }
    public IReadOnlyList<string>? Ambient { get; init; }
}

public sealed record OciRlimit
{
    public required string Type { get; init; }
    public ulong Hard { get; init; }
    public ulong Soft { get; init; }
}

public sealed record OciScheduler
{
    public required string Policy { get; init; }
    public int? Nice { get; init; }
    public int? Priority { get; init; }
    public IReadOnlyList<string>? Flags { get; init; }
    public ulong? Runtime { get; init; }
    public ulong? Deadline { get; init; }
    public ulong? Period { get; init; }
}

public sealed record OciIOPriority
{
    public required string Class { get; init; }
    public int Priority { get; init; }
}

public sealed record OciExecCpuAffinity
{
    public string? Initial { get; init; }
    public string? Final { get; init; }
}
