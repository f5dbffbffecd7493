using System.Text.Json.Serialization;

namespace Gantry.Registry;

/// <summary>Answer of a token server: distribution "token" specification, and RFC 6749 5.1.</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("token")] public string? Token { get; init; }
    [JsonPropertyName("access_token")] public string? AccessToken { get; init; }
    /// <summary>Seconds; 60 when absent.</summary>
    [JsonPropertyName("expires_in")] public int? ExpiresIn { get; init; }
}

/// <summary>How a registry says what is wrong: distribution-spec "Error codes".</summary>
internal sealed record ErrorAnswer
{
    [JsonPropertyName("errors")] public IReadOnlyList<ErrorEntry>? Errors { get; init; }
    /// <summary>Token servers and proxies have this one.</summary>
    [JsonPropertyName("details")] public string? Details { get; init; }
}

internal sealed record ErrorEntry
{
    [JsonPropertyName("code")] public string? Code { get; init; }
    [JsonPropertyName("message")] public string? Message { get; init; }
}

/// <summary>Tags of a repository: distribution-spec "Listing tags".</summary>
internal sealed record TagList
{
    [JsonPropertyName("tags")] public IReadOnlyList<string>? Tags { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(TagList))]
internal sealed partial class RegistryJson : JsonSerializerContext;
