using Gantry.Build.Sessions;
using Gantry.Build.Transfer;

namespace Gantry.BuildKit.Progress;

/// <summary>A session whose transfers of files are told as they go on.</summary>
/// <param name="titles">What a transfer is called, and what of it is counted.</param>
public sealed class ToldSession(IBuildSession session, BuildStatus status, Func<FilesRequest, (string Title, string Part)> titles)
    : IBuildSession
{
    public CancellationToken Gone => session.Gone;

    public string SharedKey => session.SharedKey;

    public bool GathersDockerfile => session.GathersDockerfile;

    public async Task<IPacketStream> OpenFilesAsync(FilesRequest request, CancellationToken cancellation)
    {
        (string title, string part) = titles(request);
        StatusVertex vertex = status.Begin(title);
        try
        {
            return new ToldPackets(await session.OpenFilesAsync(request, cancellation), vertex, part);
        }
        catch (Exception e)
        {
            vertex.Fail(e);
            throw;
        }
    }

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation) => session.FindSecretAsync(id, cancellation);

    public Task<bool> HasAgentAsync(string id, CancellationToken cancellation) => session.HasAgentAsync(id, cancellation);

    public Task<Stream> OpenAgentAsync(string id, CancellationToken cancellation) => session.OpenAgentAsync(id, cancellation);

    private sealed class ToldPackets(IPacketStream packets, StatusVertex vertex, string name) : IPacketStream
    {
        /// <summary>Bytes between two words of how far it is.</summary>
        private const long Step = 1 << 20;

        private readonly StatusPart _part = vertex.Part(name);
        private long _count, _told;

        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellation) => packets.SendAsync(packet, cancellation);

        public async ValueTask<ReadOnlyMemory<byte>?> ReceiveAsync(CancellationToken cancellation)
        {
            try
            {
                ReadOnlyMemory<byte>? packet = await packets.ReceiveAsync(cancellation);
                _count += packet?.Length ?? 0;
                if (_count - _told >= Step) _part.Reached(_told = _count);
                return packet;
            }
            catch (Exception e)
            {
                vertex.Fail(e);
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            await packets.DisposeAsync();
            if (vertex.IsDone) return;
            _part.Done(_count);
            vertex.Done();
        }
    }
}
