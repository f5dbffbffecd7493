using System.Net;
using Gantry.Oci.Image;
using Gantry.Registry.Errors;
using Gantry.Registry.Push;

namespace Gantry.Registry.Http;

/// <summary>How a blob came to be in the repository.</summary>
public enum UploadResult
{
    /// <summary>It was sent.</summary>
    Sent,
    /// <summary>It was there already.</summary>
    Present,
    /// <summary>The registry took it from another repository.</summary>
    Mounted,
}

/// <summary>Sends a blob: by a mount, in one request or in pieces, going on where an earlier try ended.</summary>
internal sealed class BlobUpload(RepositoryConnection connection, UploadRequests requests)
{
    /// <summary>The size of pieces to begin with where one request is not allowed to carry all.</summary>
    private const long LargestPiece = 16 << 20;

    /// <summary>What is smaller is sent again as quickly as asked for.</summary>
    private const long WorthGoingOn = 1 << 20;

    private long _pieceSize = long.MaxValue;
    /// <summary>The registry has refused a body for its size.</summary>
    private bool _needsPieces;

    /// <summary>Remembers uploads that this process does not finish; null: nothing does.</summary>
    public UnfinishedUploads? Unfinished { private get; set; }

    public async Task<(UploadResult Result, string? Source)> RunAsync(Descriptor blob, IReadOnlyList<string> sources, Func<Stream> open,
        Action<long> progress, CancellationToken cancellation)
    {
        if (await requests.HasBlobAsync(blob.Digest, cancellation)) return (UploadResult.Present, null);
        using UnfinishedUpload? note =
            blob.Size < WorthGoingOn ? null : Unfinished?.Open(connection.Host, connection.Repository, blob.Digest);
        if (note?.Earlier() is { } earlier && await GoOnAsync(blob, earlier, note, open, progress, cancellation))
            return (UploadResult.Sent, null);
        Uri? upload = null;
        foreach (string source in sources)
        {
            upload = await requests.BeginAsync($"?mount={Uri.EscapeDataString(blob.Digest)}&from={Uri.EscapeDataString(source)}",
                $"{connection.PushScope} repository:{source}:pull", cancellation);
            if (upload is null) return (UploadResult.Mounted, source);
            // Not mounted, but an upload was begun: it is as good as any.
            break;
        }
        for (int attempt = 1; ; attempt++)
        {
            upload ??= await requests.BeginAsync("", connection.PushScope, cancellation)
                ?? throw GantryException.Unavailable($"the registry began no upload of {blob.Digest}");
            if (await SendAsync(blob, upload, 0, note, open, progress, cancellation) is { } end
                && await requests.FinishAsync(blob, end, cancellation))
            {
                note?.Forget();
                return (UploadResult.Sent, null);
            }
            if (attempt >= connection.Options.Attempts)
                throw GantryException.Unavailable($"push blob {blob.Digest}: the registry gave up the upload {attempt} times");
            upload = null;
        }
    }

    /// <summary>Goes on with an upload of an earlier push, perhaps of another process.</summary>
    /// <returns>False when that leads nowhere: then a new one has to be begun.</returns>
    private async Task<bool> GoOnAsync(Descriptor blob, Uri earlier, UnfinishedUpload note, Func<Stream> open, Action<long> progress,
        CancellationToken cancellation)
    {
        try
        {
            if (await requests.ProgressOfAsync(blob, earlier, cancellation) is { } known
                && await SendAsync(blob, known.Upload, known.Offset, note, open, progress, cancellation) is { } end
                && await requests.FinishAsync(blob, end, cancellation))
            {
                note.Forget();
                return true;
            }
        }
        catch (GantryException)
        {
            // What was sent then may be damaged, its address have expired, or its server be gone.
            // A registry that is out of order altogether says so when the new upload begins; until then the note stays.
        }
        return false;
    }

    /// <summary>Sends in one request, or in pieces to a registry that refuses so much at once; where that breaks,
    /// asks how far it came and goes on there.</summary>
    /// <param name="offset">What the registry has of it.</param>
    /// <returns>Where to finish; null when the registry does not know the upload any more, or does not go on with it.</returns>
    private async Task<Uri?> SendAsync(Descriptor blob, Uri upload, long offset, UnfinishedUpload? note, Func<Stream> open,
        Action<long> progress, CancellationToken cancellation)
    {
        note?.Keep(upload);
        for (int fruitless = 0; offset < blob.Size;)
        {
            long before = offset, end = Math.Min(blob.Size, offset + Math.Min(_pieceSize, blob.Size));
            try
            {
                upload = await requests.SendPieceAsync(blob, upload, offset, end, open, progress, cancellation);
                note?.Keep(upload);
                offset = end;
                fruitless = 0;
                continue;
            }
            catch (GantryException e) when (IsTooLarge(e) && end - offset > requests.SmallestPiece)
            {
                _needsPieces = true;
                // Others of this push may have found the same meanwhile.
                _pieceSize =
                    Math.Max(requests.SmallestPiece, Math.Min(_pieceSize, end - offset > LargestPiece ? LargestPiece : (end - offset) / 2));
            }
            catch (GantryException e) when (offset > 0 && !_needsPieces
                && e.InnerException is RegistryAnswerException { Status: HttpStatusCode.BadRequest or HttpStatusCode.MethodNotAllowed })
            {
                // It takes a blob in one request alone.
                _pieceSize = long.MaxValue;
                return null;
            }
            catch (GantryException e) when ((e.Kind is ErrorKind.Unavailable or ErrorKind.NotFound || IsOutOfStep(e))
                && fruitless < connection.Options.Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 << Math.Min(fruitless, 6)), connection.Time, cancellation);
            }
            if (await requests.ProgressOfAsync(blob, upload, cancellation) is not { } known)
            {
                // Some registries keep only what came whole: what breaks next shall cost less.
                _pieceSize = Math.Max(requests.SmallestPiece, Math.Min(_pieceSize, LargestPiece));
                return null;
            }
            (upload, offset) = known;
            note?.Keep(upload);
            fruitless = offset > before ? 0 : fruitless + 1;
        }
        return upload;
    }

    private static bool IsTooLarge(GantryException e) =>
        e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestEntityTooLarge };

    /// <summary>The registry has another idea of how far the upload is.</summary>
    private static bool IsOutOfStep(GantryException e) =>
        e.InnerException is RegistryAnswerException { Status: HttpStatusCode.RequestedRangeNotSatisfiable };
}
