using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Cli.Containers.Copy;

/// <summary>Local files as a tar archive, written by a thread of its own while the connection takes it.</summary>
internal sealed class LocalArchive : IDisposable
{
    private readonly AnonymousPipeServerStream _written = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _read;
    private readonly Thread _writer;
    private ExceptionDispatchInfo? _failure;
    private long _size;

    /// <param name="name">The first part of the names in the archive.</param>
    public LocalArchive(LocalPath source, string name)
    {
        _read = new AnonymousPipeClientStream(PipeDirection.In, _written.ClientSafePipeHandle);
        Content = new TeeStream(_read, piece => _size += piece.Length);
        _writer = new Thread(() => Write(source, name)) { IsBackground = true };
        _writer.Start();
    }

    public Stream Content { get; }

    /// <summary>To be called when all was taken.</summary>
    /// <returns>Bytes of archive.</returns>
    public long Finish()
    {
        _writer.Join();
        _failure?.Throw();
        return _size;
    }

    private void Write(LocalPath source, string name)
    {
        try
        {
            using BufferedStream buffer = new(_written, 128 << 10);
            using TarWriter tar = new(buffer);
            TreeArchive archive = new(tar) { WholeSeconds = true };
            using DirectoryHandle directory = LocalFiles.Open(source.Directory);
            archive.AddTree(directory, PathBytes.Of(source.Entry), PathBytes.Of(name));
        }
        catch (Exception e)
        {
            // Not swallowed: thrown where the command waits.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            _written.Dispose();
        }
    }

    public void Dispose()
    {
        _read.Dispose();
        _written.Dispose();
    }
}
