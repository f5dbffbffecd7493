using Gantry.Api;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Registry;

namespace Gantry.Daemon;

/// <summary>Asks a registry whether it knows a user. The daemon keeps no credentials: clients send them with each request.</summary>
internal static class AuthRoutes
{
    public static void Map(Router router) => router.Post("/auth", Login);

    private static async Task Login(RequestContext context)
    {
        AuthConfig auth = await context.RequireJsonAsync(ApiJson.Default.AuthConfig);
        await new RegistrySession(context.Services.RegistryOptions()).LoginAsync(DomainOf(auth.ServerAddress ?? ""), RegistryCredentials.Of(auth), context.Aborted);
        await context.WriteJsonAsync(new AuthResult { Status = "Login Succeeded" }, ApiJson.Default.AuthResult);
    }

    /// <summary>Clients write the address with scheme and path, the central registry's by its oldest one: <c>https://index.docker.io/v1/</c>.</summary>
    private static string DomainOf(string address)
    {
        string rest = address.Contains("://") ? address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..] : address;
        string host = rest.Split('/')[0];
        if (host.Length == 0) return Reference.DefaultDomain;
        return Reference.Parse($"{host}/login").Domain;
    }
}
