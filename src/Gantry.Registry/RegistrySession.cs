using Gantry.Registry.Authorization;
using Gantry.Registry.Hosts;
using Gantry.Registry.Http;

namespace Gantry.Registry;

/// <summary>Opens repositories at the first host that answers.</summary>
public sealed class RegistrySession(RegistryOptions options)
{
    private readonly RegistryHosts _hosts = new(options);

    /// <summary>For pulling: mirrors first, then the registry itself. What a tag means is asked of those hosts alone that are believed it;
    /// the content may come from others.</summary>
    /// <param name="name">With tag or digest.</param>
    /// <param name="limit">Bytes of the manifest.</param>
    /// <exception cref="GantryException">Of the last host that was tried.</exception>
    public async Task<(RepositoryClient Client, RemoteDocument Top)> OpenForPullAsync(Reference name, Credentials credentials, int limit,
        CancellationToken cancellation)
    {
        IReadOnlyList<RegistryHost> content = _hosts.ForPull(name.Domain), resolving = _hosts.ForResolve(name.Domain);
        string wanted = name.Digest ?? name.Tag!;
        if (name.Digest is null && !content.Select(host => host.Base).SequenceEqual(resolving.Select(host => host.Base)))
        {
            (RepositoryClient resolver, RemoteDocument document) =
                await OpenAsync(resolving, name, credentials, client => client.GetManifestAsync(wanted, limit, cancellation), cancellation);
            resolver.Dispose();
            wanted = document.Descriptor.Digest;
        }
        return await OpenAsync(content, name, credentials, client => client.GetManifestAsync(wanted, limit, cancellation), cancellation);
    }

    /// <summary>All tags of a repository.</summary>
    /// <exception cref="GantryException">Of the last host that was tried.</exception>
    public async Task<IReadOnlyList<string>> GetTagsAsync(Reference name, Credentials credentials, CancellationToken cancellation)
    {
        (RepositoryClient client, IReadOnlyList<string> tags) =
            await OpenAsync(_hosts.ForResolve(name.Domain), name, credentials, client => client.GetTagsAsync(cancellation), cancellation);
        client.Dispose();
        return tags;
    }

    /// <summary>For pushing and for what only the registry itself knows.</summary>
    public async Task<RepositoryClient> OpenOwnAsync(Reference name, Credentials credentials, CancellationToken cancellation) =>
        (await OpenAsync(_hosts.Own(name.Domain), name, credentials, static _ => Task.FromResult(true), cancellation)).Client;

    /// <summary>Asks the registry whether it knows the user.</summary>
    /// <returns>To be kept and sent instead of the password, where the registry gives such a token; else null.</returns>
    /// <exception cref="GantryException">Unauthorized: it does not; Unavailable: nobody answers.</exception>
    public async Task<string?> LoginAsync(string domain, Credentials credentials, CancellationToken cancellation)
    {
        using RepositoryClient client = await OpenOwnAsync(new Reference { Domain = domain, Path = "login" }, credentials, cancellation);
        return await client.LoginAsync(cancellation);
    }

    private async Task<(RepositoryClient Client, T First)> OpenAsync<T>(IReadOnlyList<RegistryHost> hosts, Reference name,
        Credentials credentials, Func<RepositoryClient, Task<T>> first, CancellationToken cancellation)
    {
        if (hosts.Count == 0)
            throw GantryException.Invalid($"no host for {name.Domain} is configured in hosts.toml that can be pulled from");
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
