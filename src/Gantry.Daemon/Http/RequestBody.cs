using Microsoft.AspNetCore.Http;

namespace Gantry.Daemon.Http;

/// <summary>A request's body, in which frames that are none are the caller's mistake and no failure of a disk,
/// whoever reads them.</summary>
internal sealed class RequestBody(Stream body) : ReadOnlyStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return body.Read(buffer);
        }
        catch (IOException e) when (IsMistake(e))
        {
            throw GantryException.Invalid(e.Message);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (IsMistake(e))
        {
            throw GantryException.Invalid(e.Message);
        }
    }

    // A chunk whose size is no number has another type than the server's other complaints.
    private static bool IsMistake(IOException e) =>
        e is BadHttpRequestException { StatusCode: 400 } or { InnerException: OverflowException };
}
