using System.IO.Pipes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Cli.Terminal;
using Gantry.Linux;
using Gantry.Linux.Trees;
using Gantry.Storage.Layers;

namespace Gantry.Cli.Builds.Results;

/// <summary>The files of a result, which come as an archive, piece by piece, and go to where they were asked for.</summary>
/// <remarks>A thread of its own takes them. When this is disposed without <see cref="Finish"/>, an archive does not appear.</remarks>
internal sealed class ResultFiles : IDisposable
{
    private readonly AnonymousPipeServerStream _given = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _taken;
    private readonly Thread _taker;
    private Exception? _failure;
    private volatile bool _isWhole;

    private ResultFiles(Action<Stream> take)
    {
        _taken = new AnonymousPipeClientStream(PipeDirection.In, _given.ClientSafePipeHandle);
        _taker = new Thread(() => Take(take)) { IsBackground = true };
        _taker.Start();
    }

    /// <exception cref="CliException">There is no such place.</exception>
    public static ResultFiles Open(OutputChoice choice)
    {
        if (choice.IsStandardOutput) return new ResultFiles(archive => archive.CopyTo(StandardStreams.RawOut));
        if (!choice.IsDirectory)
        {
            OutputFile.CheckDirectory(choice.Path);
            return new ResultFiles(archive => OutputFile.Write(choice.Path, archive));
        }
        return OpenDirectory(choice.Path);
    }

    /// <inheritdoc cref="Open"/>
    public static ResultFiles OpenDirectory(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"invalid output path: {path}: {FileFailure.Text(e)}");
        }
        return new ResultFiles(archive => Unpack(archive, LocalFiles.Resolve(LocalFiles.Absolute(path), followLast: true)));
    }

    /// <summary>Files are whoever's they are made by; nothing outside of the directory is touched, whatever links are in it.</summary>
    private static void Unpack(Stream archive, string path)
    {
        using DirectoryHandle root = LocalFiles.Open(path);
        TreeExtract.Run(root, archive, new ExtractRules { Owner = ExtractRules.Unchanged, KeepTop = true }, CancellationToken.None);
    }

    public void Write(byte[] piece)
    {
        try
        {
            _given.Write(piece);
        }
        catch (IOException)
        {
            throw Failed();
        }
    }

    /// <summary>All has come.</summary>
    /// <exception cref="CliException">It could not be kept.</exception>
    public void Finish()
    {
        _isWhole = true;
        _given.Dispose();
        _taker.Join();
        if (_failure is not null) throw Failed();
    }

    private void Take(Action<Stream> take)
    {
        try
        {
            using WholeStream archive = new(_taken, () => _isWhole);
            take(archive);
            // What stands behind the end mark.
            archive.CopyTo(Stream.Null);
        }
        catch (Exception e)
        {
            // Not swallowed: thrown where the command waits.
            _failure = e;
        }
        finally
        {
            _taken.Dispose();
        }
    }

    private CliException Failed()
    {
        _taker.Join();
        return _failure switch
        {
            CliException known => known,
            GantryException or KernelException => new CliException($"writing the result: {_failure.Message}"),
            { } other when FileFailure.Is(other) => new CliException($"writing the result: {FileFailure.Text(other)}"),
            { } other => new CliException($"writing the result: {other}"),
            null => new CliException("writing the result: nobody takes it any more"),
        };
    }

    public void Dispose()
    {
        _given.Dispose();
        _taker.Join();
        _taken.Dispose();
    }

    /// <summary>Half an archive ends with a failure, so that nobody takes it for a whole one.</summary>
    private sealed class WholeStream(Stream inner, Func<bool> isWhole) : ReadOnlyStream
    {
        public override int Read(Span<byte> buffer)
        {
            int count = inner.Read(buffer);
            return count > 0 || buffer.IsEmpty || isWhole() ? count : throw new IOException("the build has not given all of it");
        }
    }
}
