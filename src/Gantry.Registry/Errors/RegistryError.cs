using System.Net;
using System.Text.Json.Serialization.Metadata;
using System.Text.Json;
using Gantry.Registry.Wire;

namespace Gantry.Registry.Errors;

/// <summary>A registry's refusal, in the words that Docker's users know.</summary>
internal static class RegistryError
{
    private const int MaxErrorSize = 64 << 10;
    /// <summary>These bodies are small: whoever needs longer sends them byte by byte.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <param name="step">What was tried; used where the registry gives no reason.</param>
    public static async Task<GantryException> ReadAsync(HttpResponseMessage response, string step, CancellationToken cancellation)
    {
        (string? code, string reason) = await ReasonAsync(response, cancellation);
        HttpStatusCode status = response.StatusCode;
        ErrorKind kind = status switch
        {
            HttpStatusCode.NotFound => ErrorKind.NotFound,
            HttpStatusCode.Unauthorized => ErrorKind.Unauthorized,
            HttpStatusCode.Forbidden => ErrorKind.Forbidden,
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError => ErrorKind.Unavailable,
            // Followed as far as it goes: the rest leads in a circle, or to where no registry can be.
            >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => ErrorKind.Unavailable,
            _ => ErrorKind.Internal,
        };
        if (code == "DENIED" || (code == "UNAUTHORIZED" && kind == ErrorKind.NotFound)) kind = ErrorKind.Forbidden;
        // The answer to HEAD has no body to say it.
        if (reason.Length == 0 && status == HttpStatusCode.Unauthorized) reason = "unauthorized: authentication required";
        if (reason.Length == 0 && kind == ErrorKind.Unavailable && response.Headers.Location is { } location)
            reason = $"{step}: the registry redirects to \"{location}\", where it is not followed";
        if (reason.Length == 0) reason = $"{step}: unexpected status {(int)status} {response.ReasonPhrase}".TrimEnd();
        return new GantryException(kind, reason, new RegistryAnswerException(status, code));
    }

    /// <exception cref="GantryException">Unavailable: no such JSON.</exception>
    public static async Task<T> ReadJsonAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        byte[] body = await ReadBodyAsync(response, 1 << 20, cancellation);
        try
        {
            return OutsideJson.Read(body, type) ?? throw new JsonException();
        }
        catch (JsonException)
        {
            throw GantryException.Unavailable(
                $"{response.RequestMessage?.RequestUri?.Host} sent an answer that is no JSON of the expected shape");
        }
    }

    /// <summary>A body of at most so many bytes; the rest is not read.</summary>
    /// <exception cref="HttpRequestException">It broke off, or did not come.</exception>
    public static async Task<byte[]> ReadBodyAsync(HttpResponseMessage response, int limit, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        using MemoryStream body = new();
        byte[] buffer = new byte[16 << 10];
        try
        {
            await using Stream stream = await response.Content.ReadAsStreamAsync(patience.Token);
            int count;
            while (body.Length < limit && (count = await stream.ReadAsync(buffer, patience.Token)) > 0)
                body.Write(buffer, 0, (int)Math.Min(count, limit - body.Length));
            return body.ToArray();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"the answer did not come within {Patience.TotalSeconds:0} seconds");
        }
        catch (IOException e)
        {
            throw new HttpRequestException(e.Message, e);
        }
    }

    private static async Task<(string? Code, string Reason)> ReasonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return Reason(await ReadBodyAsync(response, MaxErrorSize, cancellation));
        }
        catch (HttpRequestException)
        {
            // The status says enough.
            return (null, "");
        }
    }

    private static (string? Code, string Reason) Reason(byte[] body)
    {
        try
        {
            ErrorAnswer? answer = OutsideJson.Read(body, RegistryJson.Default.ErrorAnswer);
            if (answer?.Errors is { Count: > 0 } errors)
                return (errors[0].Code,
                    string.Join("; ", errors.Select(e => $"{e.Code?.ToLowerInvariant().Replace('_', ' ')}: {e.Message}")));
            return (null, answer?.Details ?? "");
        }
        catch (JsonException)
        {
            return (null, "");
        }
    }
}
