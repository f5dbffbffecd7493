using System.IO.Pipes;
using System.Runtime.ExceptionServices;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;

namespace Gantry.Cli;

/// <summary>Local files as a tar archive, written by a thread of its own while the connection takes it.</summary>
internal sealed class LocalArchive : IDisposable
{
    private readonly AnonymousPipeServerStream written = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream read;
    private readonly Thread writer;
    private ExceptionDispatchInfo? failure;
    private long size;

    /// <param name="name">The first part of the names in the archive.</param>
    public LocalArchive(LocalPath source, string name)
    {
        read = new AnonymousPipeClientStream(PipeDirection.In, written.ClientSafePipeHandle);
        writer = new Thread(() => Write(source, name)) { IsBackground = true };
        writer.Start();
    }

    public Stream Content => read;

    /// <summary>To be called when all was taken.</summary>
    /// <returns>Bytes of the files.</returns>
    public long Finish()
    {
        writer.Join();
        failure?.Throw();
        return size;
    }

    private void Write(LocalPath source, string name)
    {
        try
        {
            using BufferedStream buffer = new(written, 128 << 10);
            using TarWriter tar = new(buffer);
            TreeArchive archive = new(tar) { WholeSeconds = true };
            using DirectoryHandle directory = LocalFiles.Open(source.Directory);
            archive.AddTree(directory, PathBytes.Of(source.Entry), PathBytes.Of(name));
            size = archive.Size;
        }
        catch (Exception e)
        {
            // Not swallowed: thrown where the command waits.
            failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            written.Dispose();
        }
    }

    public void Dispose()
    {
        read.Dispose();
        written.Dispose();
    }
}
