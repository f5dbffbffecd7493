using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Registry.Authorization;
using Gantry.Registry.Errors;
using Gantry.Registry.Hosts;
using Gantry.Registry.Push;
using Gantry.Registry.Wire;
using Gantry.Storage.Content;

namespace Gantry.Registry.Http;

/// <param name="Bytes">As the registry sent them; their digest is <paramref name="Descriptor"/>'s.</param>
public sealed record RemoteDocument(Descriptor Descriptor, byte[] Bytes);

/// <summary>Speaks with one host about one repository: distribution-spec 1.1.</summary>
public sealed class RepositoryClient : IDisposable
{
    private const string ManifestTypes =
        $"{MediaTypes.Manifest}, {MediaTypes.Index}, {MediaTypes.DockerManifest}, {MediaTypes.DockerManifestList}";
    /// <summary>A registry that always knows another page must come to an end.</summary>
    private const int MaxTagPages = 1000, MaxTags = 100_000;
    private const string SchemaOne = "application/vnd.docker.distribution.manifest.v1+";

    private readonly RepositoryConnection _connection;
    private readonly Transport _transport;
    private readonly string _path;
    private readonly BlobDownload _download;
    private readonly BlobUpload _upload;

    /// <param name="repository">Path within the registry: <c>library/busybox</c>.</param>
    public RepositoryClient(RegistryHost host, string repository, RegistryOptions options, Credentials credentials,
        TimeProvider? time = null)
    {
        _connection = new RepositoryConnection(host, repository, options, credentials, time ?? TimeProvider.System);
        (_transport, _path) = (_connection.Transport, repository);
        BlobRequest request = new(_connection);
        _download = new BlobDownload(_connection, request, new BlobRanges(_connection, request));
        _upload = new BlobUpload(_connection, new UploadRequests(_connection));
    }

    public RegistryHost Host => _connection.Host;

    public RegistryOptions Options => _connection.Options;

    /// <summary>Told the seconds until the next try when the host is out of order.</summary>
    public Action<int>? Pausing { set => _transport.Pausing = value; }

    /// <summary>Remembers uploads that this process does not finish; null: nothing does.</summary>
    public UnfinishedUploads? Unfinished { set => _upload.Unfinished = value; }

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
            await _connection.GetAsync($"{_path}/manifests/{reference}", ManifestTypes, $"fetch manifest {reference}", cancellation);
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
            await _connection.GetAsync($"{_path}/blobs/{blob.Digest}", null, $"fetch blob {blob.Digest}", cancellation);
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
            using HttpResponseMessage response = await _connection.GetAsync(next, null, "list tags", cancellation);
            tags.AddRange((await RegistryError.ReadJsonAsync(response, RegistryJson.Default.TagList, cancellation)).Tags ?? []);
            next = _connection.NextPage(response);
        }
        return tags;
    }


    /// <summary>Fetches what a blob still lacks, taking up broken transfers where they ended; a large rest in several ranges at once,
    /// where the server can.</summary>
    /// <param name="blob">Its size bounds what is taken from the registry.</param>
    /// <param name="progress">Told the bytes that are here.</param>
    /// <exception cref="GantryException">Unavailable: the registry failed again and again; Invalid:
    /// it sent more than the blob has.</exception>
    public Task DownloadAsync(Descriptor blob, PartialBlob partial, Action<long> progress, CancellationToken cancellation) =>
        _download.RunAsync(blob, partial, progress, cancellation);

    /// <param name="sources">Repositories of the same registry that may have the blob.</param>
    /// <param name="open">Opens the content; called anew for each try.</param>
    /// <param name="progress">Told the bytes sent so far.</param>
    /// <returns>And the source, if it was mounted.</returns>
    /// <exception cref="GantryException">Refused, or broken again and again.</exception>
    public Task<(UploadResult Result, string? Source)> UploadAsync(Descriptor blob, IReadOnlyList<string> sources, Func<Stream> open,
        Action<long> progress, CancellationToken cancellation) => _upload.RunAsync(blob, sources, open, progress, cancellation);

    /// <param name="reference">Tag or digest.</param>
    /// <param name="mediaType">As in the document.</param>
    public async Task PutManifestAsync(string reference, string mediaType, byte[] bytes, CancellationToken cancellation)
    {
        string step = $"push manifest {reference}";
        using HttpResponseMessage response = await _transport.SendAsync(() =>
        {
            ByteArrayContent content = new(bytes);
            content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            return new HttpRequestMessage(HttpMethod.Put, _transport.Address($"{_path}/manifests/{reference}")) { Content = content };
        }, _connection.PushScope, step, cancellation);
        if (!response.IsSuccessStatusCode) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    /// <summary>By the search API of old, which only central registries still have; elsewhere by looking through the catalog.</summary>
    /// <param name="limit">Most results.</param>
    internal Task<IReadOnlyList<FoundRepository>> SearchAsync(string term, int limit, CancellationToken cancellation) =>
        new RepositorySearch(_connection).RunAsync(term, limit, cancellation);

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

    public void Dispose() => _connection.Dispose();
}
