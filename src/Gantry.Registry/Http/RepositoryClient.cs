using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;

namespace Gantry.Registry.Http;

/// <param name="Bytes">As the registry sent them; their digest is <paramref name="Descriptor"/>'s.</param>
public sealed record RemoteDocument(Descriptor Descriptor, byte[] Bytes);

/// <summary>Speaks with one host about one repository: distribution-spec 1.1.</summary>
public sealed partial class RepositoryClient : IDisposable
{
    private const string ManifestTypes =
        $"{MediaTypes.Manifest}, {MediaTypes.Index}, {MediaTypes.DockerManifest}, {MediaTypes.DockerManifestList}";
    /// <summary>A registry that always knows another page must come to an end.</summary>
    private const int MaxTagPages = 1000, MaxTags = 100_000;
    private const string SchemaOne = "application/vnd.docker.distribution.manifest.v1+";

    private readonly Transport _transport;
    private readonly string _path, _pullScope, _pushScope;

    /// <param name="repository">Path within the registry: <c>library/busybox</c>.</param>
    public RepositoryClient(RegistryHost host, string repository, RegistryOptions options, Credentials credentials,
        TimeProvider? time = null)
    {
        Host = host;
        Options = options;
        _transport = new Transport(host, options, credentials, time ?? TimeProvider.System);
        _path = repository;
        _pullScope = $"repository:{repository}:pull";
        _pushScope = $"repository:{repository}:pull,push";
    }

    public RegistryHost Host { get; }

    public RegistryOptions Options { get; }

    /// <summary>Told the seconds until the next try when the host is out of order.</summary>
    public Action<int>? Pausing { set => _transport.Pausing = value; }

    /// <exception cref="GantryException">Unavailable: nobody answers there.</exception>
    public Task PingAsync(CancellationToken cancellation) => _transport.PingAsync(cancellation);

    /// <summary>Whether the registry, not this repository, knows the user.</summary>
    /// <returns>An identity token where the registry's token server gives one.</returns>
    internal async Task<string?> LoginAsync(CancellationToken cancellation)
    {
        _transport.Authorizer.WantsIdentity = true;
        using HttpResponseMessage response =
            await _transport.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, _transport.Address("")), "", "log in", cancellation);
        return response.IsSuccessStatusCode ? _transport.Authorizer.IdentityToken
            : throw await RegistryError.ReadAsync(response, "log in", cancellation);
    }

    /// <summary>A manifest or an index.</summary>
    /// <param name="reference">Tag or digest; what comes for a digest is checked against it.</param>
    /// <param name="limit">Bytes.</param>
    /// <exception cref="GantryException">With a <see cref="RegistryAnswerException"/> inside where the registry refused.</exception>
    public async Task<RemoteDocument> GetManifestAsync(string reference, int limit, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await GetAsync($"{_path}/manifests/{reference}", ManifestTypes, $"fetch manifest {reference}", cancellation);
        string? type = response.Content.Headers.ContentType?.MediaType;
        if (type?.StartsWith(SchemaOne, StringComparison.Ordinal) == true)
            throw GantryException.Invalid($"the manifest of {reference} is in the format of schema 1, which is too old to be verified; "
                + $"ask the publisher to push the image again with a current tool");
        byte[] bytes = await ReadAsync(response, $"manifest {reference}", limit, cancellation);
        string digest = Digest.Of(bytes);
        if (Digest.IsValid(reference) && digest != reference) throw Altered(reference, digest);
        return new RemoteDocument(new Descriptor { MediaType = type, Digest = digest, Size = bytes.Length }, bytes);
    }

    /// <summary>A small blob, whole and verified.</summary>
    public async Task<byte[]> GetBlobAsync(Descriptor blob, int limit, CancellationToken cancellation)
    {
        using HttpResponseMessage response =
            await GetAsync($"{_path}/blobs/{blob.Digest}", null, $"fetch blob {blob.Digest}", cancellation);
        byte[] bytes = await ReadAsync(response, $"blob {blob.Digest}", limit, cancellation);
        string digest = Digest.Of(bytes);
        return digest == blob.Digest ? bytes : throw Altered(blob.Digest, digest);
    }

    /// <summary>All tags of the repository, in the registry's order.</summary>
    /// <exception cref="GantryException">Invalid: more than any repository has.</exception>
    public async Task<IReadOnlyList<string>> GetTagsAsync(CancellationToken cancellation)
    {
        List<string> tags = [];
        int pages = 0;
        for (string? next = $"{_path}/tags/list"; next is not null; pages++)
        {
            if (pages == MaxTagPages || tags.Count > MaxTags)
                throw GantryException.Invalid($"{_path} has more than {tags.Count} tags; pull those that you need by name");
            using HttpResponseMessage response = await GetAsync(next, null, "list tags", cancellation);
            tags.AddRange((await RegistryError.ReadJsonAsync(response, RegistryJson.Default.TagList, cancellation)).Tags ?? []);
            next = NextPage(response);
        }
        return tags;
    }

    /// <summary>RFC 8288: <c>&lt;/v2/x/tags/list?n=50&amp;last=b&gt;; rel="next"</c>.</summary>
    /// <exception cref="GantryException">Unavailable: it is where no registry can be.</exception>
    private string? NextPage(HttpResponseMessage response)
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

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept, string step, CancellationToken cancellation,
        string? scope = null)
    {
        HttpResponseMessage response = await _transport.SendAsync(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, _transport.Address(path));
            if (accept is not null) request.Headers.TryAddWithoutValidation("Accept", accept);
            return request;
        }, scope ?? _pullScope, step, cancellation);
        if (response.StatusCode == HttpStatusCode.OK) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, string what, int limit, CancellationToken cancellation)
    {
        try
        {
            byte[] bytes = await RegistryError.ReadBodyAsync(response, limit + 1, cancellation);
            return bytes.Length <= limit ? bytes
                : throw GantryException.Invalid($"{what} is larger than {limit} bytes, more than any real one");
        }
        catch (HttpRequestException e)
        {
            throw GantryException.Unavailable($"{what}: {e.Message}");
        }
    }

    private static GantryException Altered(string expected, string got) =>
        GantryException.Invalid($"the registry's content does not match its digest: expected {expected}, got {got}");

    public void Dispose() => _transport.Dispose();
}
