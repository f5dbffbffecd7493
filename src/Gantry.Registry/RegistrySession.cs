namespace Gantry.Registry;

/// <summary>Opens repositories at the first host that answers.</summary>
public sealed class RegistrySession(RegistryOptions options)
{
    private readonly RegistryHosts _hosts = new(options);

    /// <summary>For pulling: mirrors first, then the registry itself.</summary>
    /// <param name="first">What is wanted first from the host; a mirror that fails in it is passed over.</param>
    /// <exception cref="GantryException">Of the last host that was tried.</exception>
    public Task<(RepositoryClient Client, T First)> OpenForPullAsync<T>(Reference name, Credentials credentials, Func<RepositoryClient, Task<T>> first, CancellationToken cancellation) =>
        OpenAsync(_hosts.ForPull(name.Domain), name, credentials, first, cancellation);

    /// <summary>For pushing and for what only the registry itself knows.</summary>
    public async Task<RepositoryClient> OpenOwnAsync(Reference name, Credentials credentials, CancellationToken cancellation) =>
        (await OpenAsync(_hosts.Own(name.Domain), name, credentials, static _ => Task.FromResult(true), cancellation)).Client;

    /// <summary>Asks the registry whether it knows the user.</summary>
    /// <exception cref="GantryException">Unauthorized: it does not; Unavailable: nobody answers.</exception>
    public async Task LoginAsync(string domain, Credentials credentials, CancellationToken cancellation)
    {
        using RepositoryClient client = await OpenOwnAsync(new Reference { Domain = domain, Path = "login" }, credentials, cancellation);
        await client.LoginAsync(cancellation);
    }

    private async Task<(RepositoryClient Client, T First)> OpenAsync<T>(IReadOnlyList<RegistryHost> hosts, Reference name, Credentials credentials, Func<RepositoryClient, Task<T>> first, CancellationToken cancellation)
    {
        if (hosts.Count == 0) throw GantryException.Invalid($"no host for {name.Domain} is configured in hosts.toml that can be pulled from");
        for (int i = 0; ; i++)
        {
            // What the user is to the registry is none of a mirror's business.
            RepositoryClient client = new(hosts[i], name.Path, options, hosts[i].IsMirror ? Credentials.None : credentials);
            bool answered = false;
            try
            {
                await client.PingAsync(cancellation);
                answered = true;
                return (client, await first(client));
            }
            catch (GantryException) when (i < hosts.Count - 1 && (!answered || hosts[i].IsMirror))
            {
                client.Dispose();
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }
    }
}
