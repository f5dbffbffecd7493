using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Registry;
using Gantry.Registry.Hosts;

namespace Gantry.Daemon.Host;

/// <summary>Asks a registry whether it knows a user. The daemon keeps no credentials: clients send them with each request.</summary>
internal sealed class AuthRoutes(RegistrySettings settings)
{
    public void Map(Router router) => router.Post("/auth", Login);

    private async Task Login(RequestContext context)
    {
        AuthConfig auth = await context.RequireJsonAsync(ApiJson.Default.AuthConfig);
        string? identity = await new RegistrySession(settings.Current()).LoginAsync(Reference.Parse(
            $"{RegistryServer.DomainOf(auth.ServerAddress ?? "")}/login").Domain, RegistryCredentials.Of(auth), context.Aborted);
        await context.WriteJsonAsync(new AuthResult { Status = "Login Succeeded", IdentityToken = identity ?? "" },
            ApiJson.Default.AuthResult);
    }
}
