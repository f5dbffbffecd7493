using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Sessions;
using Gantry.Build.Transfer;
using Gantry.Linux.Trees;

namespace Gantry.Build.Tests.Contexts.Kept;

/// <summary>A client that offers one directory, or says what a test makes it say.</summary>
internal sealed class FakeClient(Func<IPacketStream, CancellationToken, Task> talk, int cutAfter = int.MaxValue, string key = "client")
    : IBuildSession
{
    private readonly CancellationTokenSource _gone = new();

    public static FakeClient Of(string directory, int cutAfter = int.MaxValue) => new(async (stream, cancellation) =>
    {
        using DirectoryHandle root = DirectoryHandle.Open(directory);
        await new FileSender(stream, new TreeFiles(root, IgnorePatterns.Of([]), new LaterTime())).RunAsync(cancellation);
    }, cutAfter);

    public PacketPipe Pipe { get; private set; } = new();

    /// <summary>How the talk has ended.</summary>
    public Task Talk { get; private set; } = Task.CompletedTask;

    public CancellationToken Gone => _gone.Token;

    public string SharedKey => key;

    public bool GathersDockerfile => true;

    public Task<IPacketStream> OpenFilesAsync(FilesRequest request, CancellationToken cancellation)
    {
        Pipe = new PacketPipe(cutAfter);
        Talk = Task.Run(() => talk(Pipe.Client, cancellation), cancellation);
        return Task.FromResult(Pipe.Daemon);
    }

    public Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation) => Task.FromResult<byte[]?>(null);

    public Task<bool> HasAgentAsync(string id, CancellationToken cancellation) => Task.FromResult(false);

    public Task<Stream> OpenAgentAsync(string id, CancellationToken cancellation) => throw GantryException.NotFound(id);

    /// <summary>So late that nothing counts as still being written.</summary>
    private sealed class LaterTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddHours(1);
    }
}
