using System.Text.Json.Serialization;

namespace Gantry.Api.Images;

/// <summary>Credentials for a registry: the <c>X-Registry-Auth</c> header (base64url of this JSON) and the body of
/// <c>POST /auth</c>.</summary>
public sealed class AuthConfig
{
    [JsonPropertyName("username")] public string? Username { get; set; }
    [JsonPropertyName("password")] public string? Password { get; set; }
    [JsonPropertyName("auth")] public string? Auth { get; set; }
    [JsonPropertyName("email")] public string? Email { get; set; }
    [JsonPropertyName("serveraddress")] public string? ServerAddress { get; set; }
    [JsonPropertyName("identitytoken")] public string? IdentityToken { get; set; }
    [JsonPropertyName("registrytoken")] public string? RegistryToken { get; set; }
}

/// <summary>Answer of <c>POST /auth</c>.</summary>
public sealed class AuthResult
{
    public string Status { get; set => field = value ?? ""; } = "";
    /// <summary>To be sent instead of the password from now on; empty when the registry gives none.</summary>
    public string IdentityToken { get; set => field = value ?? ""; } = "";
}
