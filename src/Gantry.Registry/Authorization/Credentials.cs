namespace Gantry.Registry.Authorization;

/// <summary>Who the user is to a registry. At most one of the forms is set; none is nobody in particular.</summary>
public sealed record Credentials
{
    public string? Username { get; init; }
    public string? Password { get; init; }
    /// <summary>A refresh token: a token server gives access tokens for it.</summary>
    public string? IdentityToken { get; init; }
    /// <summary>An access token, sent as it is.</summary>
    public string? RegistryToken { get; init; }

    public static Credentials None { get; } = new();

    /// <summary>Value of a Basic authorization; null without a name.</summary>
    internal string? Basic =>
        string.IsNullOrEmpty(Username) ? null : Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{Username}:{Password}"));
}
