using System.Globalization;
using System.Threading.Channels;
using Gantry.Build.Files;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Build.Contexts.Kept;

/// <summary>Writes the contents that come, each into a file of its own under its number, and makes their digests meanwhile: on all
/// processors, each file on one of them.</summary>
internal sealed class StagedFiles : IDisposable
{
    /// <summary>Pieces that wait for one processor.</summary>
    private const int MaxWaiting = 32;

    private readonly string _path;
    private readonly Channel<StagedPiece>[] _channels;
    private readonly Task[] _workers;
    private readonly CancellationTokenSource _failed = new();

    /// <param name="path">A directory that is not there yet, where nobody else passes; goes with this.</param>
    public StagedFiles(string path)
    {
        _path = path;
        OwnDirectory.Make(path, OwnDirectory.OwnerOnly);
        Root = DirectoryHandle.Open(path);
        _channels = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Channel.CreateBounded<StagedPiece>(MaxWaiting))];
        Failed = _failed.Token;
        _workers = [.. _channels.Select(channel => Task.Run(() => WorkAsync(channel.Reader)))];
    }

    public DirectoryHandle Root { get; }

    /// <summary>Cancelled when something could not be written.</summary>
    public CancellationToken Failed { get; }

    /// <summary>Why.</summary>
    public Exception? Failure { get; private set; }

    public static byte[] NameOf(KeptEntry entry) => PathBytes.Of(entry.Id.ToString(CultureInfo.InvariantCulture));

    public ValueTask AddAsync(StagedPiece piece, CancellationToken cancellation) =>
        _channels[piece.Entry.Id % _channels.Length].Writer.WriteAsync(piece, cancellation);

    /// <summary>Waits until all is written.</summary>
    public async Task CompleteAsync()
    {
        foreach (Channel<StagedPiece> channel in _channels) channel.Writer.TryComplete();
        await Task.WhenAll(_workers);
        if (Failure is { } failure) throw failure;
    }

    private async Task WorkAsync(ChannelReader<StagedPiece> pieces)
    {
        Dictionary<uint, StagedFile> open = [];
        try
        {
            await foreach (StagedPiece piece in pieces.ReadAllAsync(Failed))
            {
                if (!open.TryGetValue(piece.Entry.Id, out StagedFile? file))
                    open.Add(piece.Entry.Id, file = new StagedFile(Root, piece.Entry));
                file.Write(piece.Buffer.AsSpan(0, piece.Length));
                piece.Return();
                if (piece.Length > 0) continue;
                open.Remove(piece.Entry.Id);
                file.Finish();
            }
        }
        catch (OperationCanceledException)
        {
            // Another one has failed.
        }
        catch (Exception e)
        {
            Failure ??= e is KernelException known ? StagedFile.Explain(known) : e;
            _failed.Cancel();
        }
        finally
        {
            foreach (StagedFile file in open.Values) file.Dispose();
        }
    }

    public void Dispose()
    {
        _failed.Cancel();
        Task.WaitAll(_workers);
        _failed.Dispose();
        Root.Dispose();
        TreeRemoval.Remove(_path);
    }
}
