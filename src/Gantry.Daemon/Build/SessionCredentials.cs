using Gantry.BuildKit.Sessions;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>Who a build's client is at a registry: the client is asked when it is needed.</summary>
internal sealed class SessionCredentials(ClientSession session)
{
    /// <summary>What BuildKit asks for Docker's own registry by; the client knows what its file calls that.</summary>
    private const string OwnHost = "registry-1.docker.io";

    public async Task<Credentials> FindAsync(Reference name, CancellationToken cancellation)
    {
        string host = name.Domain == Reference.DefaultDomain ? OwnHost : name.Domain;
        if (await session.FindCredentialsAsync(host, cancellation) is not var (user, secret)) return Credentials.None;
        // Without a user the secret is a token for tokens.
        return user.Length == 0 ? new Credentials { IdentityToken = secret } : new Credentials { Username = user, Password = secret };
    }
}
