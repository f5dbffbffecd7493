using System.Text;
using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Api.Wire;

namespace Gantry.Cli.Registry;

/// <summary>The user's credentials for registries, where <c>docker login</c> keeps them too.</summary>
internal static class Login
{
    /// <summary>For the header <c>X-Registry-Auth</c>; null when none are kept for the image's registry.</summary>
    public static string? HeaderFor(string reference)
    {
        AuthConfig? auth = Find(RegistryServer.OfImage(reference));
        return auth is null ? null : AuthHeader.Encode(JsonSerializer.SerializeToUtf8Bytes(auth, ApiJson.Default.AuthConfig));
    }

    /// <summary>Everything that is kept, by the name that it is kept under.</summary>
    public static Dictionary<string, AuthConfig> All()
    {
        ClientConfiguration configuration = ClientConfiguration.Load();
        SortedSet<string> servers = new(configuration.Logins?.Keys.AsEnumerable() ?? [], StringComparer.Ordinal);
        servers.UnionWith(configuration.Helpers?.Keys.AsEnumerable() ?? []);
        if (configuration.Store is { Length: > 0 } store) servers.UnionWith(new CredentialHelper(store).Servers());
        Dictionary<string, AuthConfig> logins = [];
        foreach (string server in servers)
            if (Find(configuration, server) is { } auth) logins[server] = auth;
        return logins;
    }

    public static AuthConfig? Find(string server) => Find(ClientConfiguration.Load(), server);

    private static AuthConfig? Find(ClientConfiguration configuration, string server)
    {
        if (HelperFor(configuration, server) is { } helper) return helper.Get(server);
        if (configuration.Logins?.GetValueOrDefault(server) is not { } stored) return null;
        if (!string.IsNullOrEmpty(stored.IdentityToken))
            return new AuthConfig { IdentityToken = stored.IdentityToken, ServerAddress = server };
        return Decode(stored.Auth) is (string user, string password)
            ? new AuthConfig { Username = user, Password = password, ServerAddress = server } : null;
    }

    /// <returns>Null when a helper keeps them; else the file where they can be read by whoever reads the user's files.</returns>
    public static string? Keep(string server, AuthConfig auth)
    {
        ClientConfiguration configuration = ClientConfiguration.Load();
        StoredLogin login = new();
        if (HelperFor(configuration, server) is { } helper) helper.Store(server, auth);
        else if (!string.IsNullOrEmpty(auth.IdentityToken)) login.IdentityToken = auth.IdentityToken;
        else login.Auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:{auth.Password}"));
        (configuration.Logins ??= [])[server] = login;
        configuration.Save();
        return login.Auth is null && login.IdentityToken is null ? null : ClientConfiguration.Path;
    }

    public static void Forget(string server)
    {
        ClientConfiguration configuration = ClientConfiguration.Load();
        if (configuration.Logins?.Remove(server) == true) configuration.Save();
        if (HelperFor(configuration, server) is { } helper) helper.Erase(server);
    }

    private static CredentialHelper? HelperFor(ClientConfiguration configuration, string server) =>
        configuration.Helpers?.GetValueOrDefault(server) is { Length: > 0 } own ? new CredentialHelper(own)
        : configuration.Store is { Length: > 0 } all ? new CredentialHelper(all) : null;

    private static (string User, string Password)? Decode(string? auth)
    {
        if (string.IsNullOrEmpty(auth)) return null;
        byte[] bytes = new byte[auth.Length];
        return Convert.TryFromBase64String(auth, bytes, out int length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [string user, string password] ? (user, password) : null;
    }
}
