using System.Text.Json.Serialization;
using Gantry.Api.Json;

namespace Gantry.Api.Containers;

/// <summary>What a container runs, independent of the host. The property order and the nulls are those of dockerd's answers.</summary>
public class ContainerConfig
{
    public string Hostname { get; set => field = value ?? ""; } = "";
    public string Domainname { get; set => field = value ?? ""; } = "";
    /// <summary><c>user[:group]</c>, each a name or a number; empty is root.</summary>
    public string User { get; set => field = value ?? ""; } = "";
    public bool AttachStdin { get; set; }
    public bool AttachStdout { get; set; }
    public bool AttachStderr { get; set; }
    /// <summary>Keys are <c>port/protocol</c>.</summary>
    public Dictionary<string, EmptyObject?>? ExposedPorts { get; set; }
    public bool Tty { get; set; }
    public bool OpenStdin { get; set; }
    /// <summary>Close stdin when the one attached client that brought it goes away.</summary>
    public bool StdinOnce { get; set; }
    /// <summary><c>NAME=value</c>; a bare <c>NAME</c> removes what the image sets.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Env { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? Cmd { get; set; }
    public HealthConfig? Healthcheck { get; set; }
    public bool? ArgsEscaped { get; set; }
    /// <summary>The reference as the client gave it.</summary>
    public string Image { get; set => field = value ?? ""; } = "";
    /// <summary>Paths inside the container that get an anonymous volume.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public Dictionary<string, EmptyObject?>? Volumes { get; set; }
    public string WorkingDir { get; set => field = value ?? ""; } = "";
    /// <summary>Null: the image's. An empty list or one empty string: none at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? Entrypoint { get; set; }
    public bool? NetworkDisabled { get; set; }
    public string? MacAddress { get; set; }
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? OnBuild { get; set; }
    public Dictionary<string, string> Labels { get; set => field = value ?? []; } = [];
    public string? StopSignal { get; set; }
    /// <summary>Seconds between the stop signal and SIGKILL; -1 waits for ever.</summary>
    public int? StopTimeout { get; set; }
    [JsonConverter(typeof(StringOrListConverter))] public List<string>? Shell { get; set; }
}
