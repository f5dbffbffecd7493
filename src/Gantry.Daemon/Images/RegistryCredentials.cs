using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Images;

/// <summary>The user's credentials as clients send them.</summary>
internal static class RegistryCredentials
{
    /// <summary>From the header <c>X-Registry-Auth</c>: base64url of the JSON, with or without padding. What cannot be read is nobody,
    /// as with Docker.</summary>
    public static Credentials Of(RequestContext context) =>
        Read(context, "X-Registry-Auth", ApiJson.Default.AuthConfig) is { } auth ? Of(auth) : Credentials.None;

    /// <summary>From the header <c>X-Registry-Config</c>, which a build has: by registry, as the client's file names it. A value that
    /// cannot be read is nobody's.</summary>
    public static IReadOnlyDictionary<string, Credentials> All(RequestContext context) =>
        (Read(context, "X-Registry-Config", ApiJson.Default.DictionaryStringAuthConfig) ?? [])
            .Where(one => one.Value is not null).ToDictionary(one => one.Key, one => Of(one.Value));

    private static T? Read<T>(RequestContext context, string name, JsonTypeInfo<T> type) where T : class
    {
        string header = context.Header(name).Replace('+', '-').Replace('/', '_').TrimEnd('=');
        if (header.Length == 0 || !Base64Url.IsValid(header)) return null;
        try
        {
            return JsonSerializer.Deserialize(Base64Url.DecodeFromChars(header), type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>For a push: clients from before the header send the same JSON as body.</summary>
    public static async Task<Credentials> OfPushAsync(RequestContext context) =>
        context.Header("X-Registry-Auth").Length > 0 ? Of(context)
            : await context.ReadJsonAsync(ApiJson.Default.AuthConfig) is { } auth ? Of(auth) : Credentials.None;

    public static Credentials Of(AuthConfig auth)
    {
        (string? user, string? password) = (auth.Username, auth.Password);
        if (string.IsNullOrEmpty(user) && auth.Auth is { Length: > 0 } both)
        {
            Span<byte> bytes = new byte[both.Length];
            if (Convert.TryFromBase64String(both, bytes, out int length)
                && Encoding.UTF8.GetString(bytes[..length]).Split(':', 2) is [string name, string secret])
                (user, password) = (name, secret);
        }
        return new Credentials { Username = user, Password = password, IdentityToken = auth.IdentityToken,
            RegistryToken = auth.RegistryToken };
    }
}
