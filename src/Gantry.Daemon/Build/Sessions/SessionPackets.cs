using Gantry.Api.Sessions;
using Gantry.Build.Transfer;

namespace Gantry.Daemon.Build.Sessions;

/// <summary>A transfer of files in a stream of our own client's.</summary>
internal sealed class SessionPackets(SessionStream stream) : IPacketStream
{
    public async ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation)
    {
        try
        {
            await stream.SendAsync(packet, cancellation);
        }
        catch (IOException e)
        {
            throw Explain(e);
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            return await stream.ReceiveAsync(cancellation) is { } packet ? packet : null;
        }
        catch (Exception e) when (e is SessionRefusedException or IOException)
        {
            throw Explain(e);
        }
    }

    public static GantryException Explain(Exception e) => e switch
    {
        // Who was sending has not read yet why nothing is wanted any more.
        IOException { InnerException: SessionRefusedException refusal } => Explain(refusal),
        SessionRefusedException { IsNotFound: true } => new GantryException(ErrorKind.NotFound, e.Message, e),
        SessionRefusedException => new GantryException(ErrorKind.InvalidArgument, e.Message, e),
        _ => new GantryException(ErrorKind.Unavailable, $"the client of the build has gone: {e.Message}", e),
    };

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
