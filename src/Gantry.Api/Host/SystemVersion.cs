using System.Text.Json.Serialization;

namespace Gantry.Api.Host;

/// <summary>Answer of <c>GET /version</c>.</summary>
public sealed class SystemVersion
{
    public VersionPlatform Platform { get; set => field = value ?? new(); } = new();
    public List<VersionComponent>? Components { get; set; }
    public string Version { get; set => field = value ?? ""; } = "";
    public string ApiVersion { get; set => field = value ?? ""; } = "";
    public string? MinAPIVersion { get; set; }
    public string GitCommit { get; set => field = value ?? ""; } = "";
    /// <summary>Clients print it; ours names the .NET that it was built with.</summary>
    public string GoVersion { get; set => field = value ?? ""; } = "";
    public string Os { get; set => field = value ?? ""; } = "";
    public string Arch { get; set => field = value ?? ""; } = "";
    public string? KernelVersion { get; set; }
    public bool? Experimental { get; set; }
    public string? BuildTime { get; set; }
}

public sealed class VersionPlatform
{
    public string Name { get; set => field = value ?? ""; } = "";
}

public sealed class VersionComponent
{
    public string Name { get; set => field = value ?? ""; } = "";
    public string Version { get; set => field = value ?? ""; } = "";
    public Dictionary<string, string>? Details { get; set; }
}

/// <summary>Body of every answer with a status of 400 and above.</summary>
public sealed class ErrorResponse
{
    [JsonPropertyName("message")] public string Message { get; set => field = value ?? ""; } = "";
}

public sealed class IdResponse
{
    public string Id { get; set => field = value ?? ""; } = "";
}
