using System.Net;
using System.Net.Http.Headers;
using Gantry.Oci.Image;
using Gantry.Registry.Errors;

namespace Gantry.Registry.Http;

/// <summary>Asks for a blob or a part of one, and reads what comes with patience and persistence.</summary>
internal sealed class BlobRequest(RepositoryConnection connection)
{
    /// <summary>Tries until all is here, and gives up when so many tries in a row brought nothing.</summary>
    public async Task PersistAsync(Func<long> position, long end, string what, Func<Task> attempt, CancellationToken cancellation)
    {
        for (int fruitless = 0; position() < end;)
        {
            long before = position();
            try
            {
                await attempt();
                if (position() < end)
                    throw new HttpIOException(HttpRequestError.ResponseEnded, $"the registry ended after {position()} of {end} bytes");
            }
            catch (Exception e) when (e is HttpRequestException or HttpIOException)
            {
                fruitless = position() > before ? 0 : fruitless + 1;
                if (fruitless >= connection.Options.Attempts) throw GantryException.Unavailable($"{what}: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(200 << Math.Min(fruitless, 6)), connection.Time, cancellation);
            }
        }
    }

    /// <param name="end">First byte that is not wanted; null for all.</param>
    public async Task<HttpResponseMessage> GetAsync(Descriptor blob, long from, long? end, CancellationToken cancellation)
    {
        string step = $"fetch blob {blob.Digest}";
        HttpResponseMessage response = await connection.Transport.SendAsync(() =>
        {
            HttpRequestMessage request = new(HttpMethod.Get, connection.Transport.Address($"{connection.Repository}/blobs/{blob.Digest}"));
            if (from > 0 || end is not null) request.Headers.Range = new RangeHeaderValue(from, end - 1);
            return request;
        }, connection.PullScope, step, cancellation);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return response;
        using (response) throw await RegistryError.ReadAsync(response, step, cancellation);
    }

    /// <summary>Where in the blob an answer begins.</summary>
    public static long BeginningOf(HttpResponseMessage response, long wanted) =>
        response.StatusCode == HttpStatusCode.OK ? 0 : response.Content.Headers.ContentRange?.From ?? wanted;

    /// <exception cref="HttpRequestException">It broke, or nothing came for too long.</exception>
    public async Task<int> ReadPieceAsync(Stream body, Memory<byte> buffer, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(connection.Options.Patience);
        try
        {
            return await body.ReadAsync(buffer, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"nothing came for {connection.Options.Patience.TotalSeconds:0.#} seconds");
        }
        catch (IOException e) when (e is not HttpIOException)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }
}
