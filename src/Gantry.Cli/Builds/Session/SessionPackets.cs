using Gantry.Api.Sessions;
using Gantry.Build.Transfer;

namespace Gantry.Cli.Builds.Session;

/// <summary>A transfer of files in a stream of the session.</summary>
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
            throw GantryException.Unavailable(e.Message);
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
            throw GantryException.Unavailable(e.Message);
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
