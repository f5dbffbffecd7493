using System.Runtime.CompilerServices;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Transfer;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;
using Gantry.Linux;
using Gantry.Linux.Trees;

namespace Gantry.Cli.Builds.Session;

/// <summary>A directory of this machine.</summary>
/// <param name="path">Absolute and without links.</param>
/// <param name="own">What is left out, whatever is asked for.</param>
internal sealed class OfferedDirectory(string path, IReadOnlyList<string> own) : IOfferedFiles
{
    public IDisposable Open(IReadOnlyList<byte[]> exclude, IReadOnlyList<byte[]> follow, out IFileSource source)
    {
        IgnorePatterns patterns;
        try
        {
            patterns = IgnorePatterns.Of([.. own, .. exclude.Select(pattern => ByteText.Of(pattern))]);
        }
        catch (FormatException e)
        {
            throw new CliException($"error checking context: {e.Message}");
        }
        DirectoryHandle root = LocalFiles.Open(path);
        source = new Explained(new TreeFiles(root, patterns, only: FollowedPaths.Of(root, follow)), path);
        return root;
    }

    /// <summary>Says in Docker's words what may not be read.</summary>
    private sealed class Explained(IFileSource files, string path) : IFileSource
    {
        public async IAsyncEnumerable<FileStat> Files([EnumeratorCancellation] CancellationToken cancellation)
        {
            await using IAsyncEnumerator<FileStat> all = files.Files(cancellation).GetAsyncEnumerator(cancellation);
            while (true)
            {
                try
                {
                    if (!await all.MoveNextAsync()) yield break;
                }
                catch (KernelException e) when (e.Errno == Errno.EACCES)
                {
                    throw Denied("can't stat", e);
                }
                yield return all.Current;
            }
        }

        public async Task ReadAsync(FileStat file, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellation)
        {
            try
            {
                await files.ReadAsync(file, write, cancellation);
            }
            catch (KernelException e) when (e.Errno == Errno.EACCES)
            {
                throw Denied("no permission to read from", e);
            }
        }

        private GantryException Denied(string reason, KernelException e) =>
            new(ErrorKind.Forbidden, $"error checking context: {reason} '{path.TrimEnd('/')}/{e.Path}'", e);
    }
}
