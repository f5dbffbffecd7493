using System.Text.Json.Serialization;

namespace Gantry.Registry.Wire;

/// <summary>Answer of a token server: distribution "token" specification, and RFC 6749 5.1.</summary>
internal sealed record TokenAnswer
{
    [JsonPropertyName("token")] public string? Token { get; init; }
    [JsonPropertyName("access_token")] public string? AccessToken { get; init; }
    /// <summary>Where one was asked for: stands for name and password from now on.</summary>
    [JsonPropertyName("refresh_token")] public string? RefreshToken { get; init; }
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

/// <summary>Repositories of a registry: distribution's <c>_catalog</c>.</summary>
internal sealed record Catalog
{
    [JsonPropertyName("repositories")] public IReadOnlyList<string>? Repositories { get; init; }
}

/// <summary>Answer of the search API of version 1.</summary>
internal sealed record SearchAnswer
{
    [JsonPropertyName("results")] public IReadOnlyList<SearchEntry>? Results { get; init; }
}

internal sealed record SearchEntry
{
    [JsonPropertyName("name")] public string? Name { get; init; }
    [JsonPropertyName("description")] public string? Description { get; init; }
    [JsonPropertyName("star_count")] public int Stars { get; init; }
    [JsonPropertyName("is_official")] public bool IsOfficial { get; init; }
    [JsonPropertyName("is_automated")] public bool IsAutomated { get; init; }
}

/// <summary>On our disk: where an upload goes on.</summary>
internal sealed record UploadNote
{
    [JsonPropertyName("registry")] public string? Registry { get; init; }
    [JsonPropertyName("repository")] public string? Repository { get; init; }
    [JsonPropertyName("digest")] public string? Digest { get; init; }
    [JsonPropertyName("location")] public string? Location { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(ErrorAnswer))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(Catalog))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(UploadNote))]
internal sealed partial class RegistryJson : JsonSerializerContext;
