using System.Text.Json.Serialization;

namespace Gantry.Oci.Image;

/// <summary>What a container takes from its image unless the user says otherwise.</summary>
public sealed record ImageConfig
{
    /// <summary><c>user[:group]</c>, names or numbers; empty is root.</summary>
    public string? User { get; init; }
    /// <summary>Keys <c>80/tcp</c>, <c>53/udp</c>; without protocol TCP is meant.</summary>
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }
    /// <summary><c>NAME=value</c>.</summary>
    public IReadOnlyList<string>? Env { get; init; }
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public IReadOnlyList<string>? Cmd { get; init; }
    /// <summary>Keys are paths inside the container.</summary>
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; init; }
    public string? WorkingDir { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    /// <summary>Name or number; SIGTERM when absent.</summary>
    public string? StopSignal { get; init; }

    // Docker's additions.
    /// <summary>Seconds.</summary>
    public int? StopTimeout { get; init; }
    public ImageHealthcheck? Healthcheck { get; init; }
    public IReadOnlyList<string>? OnBuild { get; init; }
    /// <summary>The shell that runs the shell form of RUN, CMD and ENTRYPOINT.</summary>
    public IReadOnlyList<string>? Shell { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool ArgsEscaped { get; init; }
    public string? MacAddress { get; init; }
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool NetworkDisabled { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool Tty { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool OpenStdin { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public bool StdinOnce { get; init; }
}

/// <summary>How to find out whether a container works. Durations are nanoseconds; 0 inherits.</summary>
public sealed record ImageHealthcheck
{
    /// <summary>Empty inherits; <c>NONE</c>; <c>CMD</c> and arguments; <c>CMD-SHELL</c> and one command line.</summary>
    public IReadOnlyList<string>? Test { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long Interval { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long Timeout { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long StartPeriod { get; init; }
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public long StartInterval { get; init; }
    /// <summary>Failures in a row before the container counts as unhealthy.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Retries { get; init; }
}
