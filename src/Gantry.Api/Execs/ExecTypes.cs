using System.Text.Json.Serialization;
using Gantry.Api.Json;

namespace Gantry.Api.Execs;

/// <summary>Body of <c>POST /containers/{id}/exec</c>.</summary>
public sealed class ExecConfig
{
    public string User { get; set => field = value ?? ""; } = "";
    public bool Privileged { get; set; }
    public bool Tty { get; set; }
    /// <summary>Rows, then columns.</summary>
    public List<int>? ConsoleSize { get; set; }
    public bool AttachStdin { get; set; }
    public bool AttachStderr { get; set; }
    public bool AttachStdout { get; set; }
    /// <summary>Not used by the daemon since API 1.42, but sent by clients.</summary>
    public bool? Detach { get; set; }
    public string DetachKeys { get; set => field = value ?? ""; } = "";
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public List<string>? Env { get; set; }
    public string WorkingDir { get; set => field = value ?? ""; } = "";
    [JsonConverter(typeof(StringOrListConverter))] public List<string> Cmd { get; set => field = value ?? []; } = [];
}

/// <summary>Body of <c>POST /exec/{id}/start</c>.</summary>
public sealed class ExecStartRequest
{
    public bool Detach { get; set; }
    public bool Tty { get; set; }
    public List<int>? ConsoleSize { get; set; }
}

public sealed class ExecInspect
{
    public string ID { get; set => field = value ?? ""; } = "";
    public bool Running { get; set; }
    /// <summary>Null until the process has ended.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public int? ExitCode { get; set; }
    public ExecProcessConfig ProcessConfig { get; set => field = value ?? new(); } = new();
    public bool OpenStdin { get; set; }
    public bool OpenStderr { get; set; }
    public bool OpenStdout { get; set; }
    public bool CanRemove { get; set; }
    public string ContainerID { get; set => field = value ?? ""; } = "";
    public string DetachKeys { get; set => field = value ?? ""; } = "";
    public int Pid { get; set; }
}

public sealed class ExecProcessConfig
{
    [JsonPropertyName("tty")] public bool Tty { get; set; }
    [JsonPropertyName("entrypoint")] public string Entrypoint { get; set => field = value ?? ""; } = "";
    [JsonPropertyName("arguments")] public List<string> Arguments { get; set => field = value ?? []; } = [];
    [JsonPropertyName("privileged")] public bool Privileged { get; set; }
    [JsonPropertyName("user")] public string? User { get; set; }
}
