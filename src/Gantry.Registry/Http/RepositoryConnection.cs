using System.Net;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;

namespace Gantry.Registry.Http;

/// <summary>One host and one repository there, for all that speak with it.</summary>
/// <param name="repository">Path within the registry: <c>library/busybox</c>.</param>
internal sealed class RepositoryConnection(RegistryHost host, string repository, RegistryOptions options, Credentials credentials,
    TimeProvider time) : IDisposable
{
    public RegistryHost Host => host;

    public RegistryOptions Options => options;

    /// <summary>Decides how long it is until the next try.</summary>
    public TimeProvider Time => time;

    public Transport Transport { get; } = new(host, options, credentials, time);

    public string Repository => repository;

    public string PullScope { get; } = $"repository:{repository}:pull";

    public string PushScope { get; } = $"repository:{repository}:pull,push";

    public async Task<HttpResponseMessage> GetAsync(string path, string? accept, string step, CancellationToken cancellation,
        string? scope = null)
    {
        HttpResponseMessage response = await Transport.SendAsync(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, Transport.Address(path));
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
            return request;
        }, scope ?? PullScope, step, cancellation);
        if (response.StatusCode == HttpStatusCode.OK) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    /// <summary>RFC 8288: <c>&lt;/v2/x/tags/list?n=50&amp;last=b&gt;; rel="next"</c>.</summary>
    /// <exception cref="GantryException">Unavailable: it is where no registry can be.</exception>
    public string? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links)) return null;
        foreach (string link in links)
        {
            int start = link.IndexOf('<'), end = link.IndexOf('>');
            if (start < 0 || end <= start || !link[end..].Contains("next", StringComparison.Ordinal)) continue;
            string next = link[(start + 1)..end];
            return Uri.TryCreate(Host.Base, next, out Uri? address) && address.Scheme is "http" or "https" ? address.AbsoluteUri
                : throw GantryException.Unavailable($"the registry's next page is at \"{next}\", which is no http or https address");
        }
        return null;
    }

    public void Dispose() => Transport.Dispose();
}
