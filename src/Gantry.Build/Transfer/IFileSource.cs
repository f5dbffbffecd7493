namespace Gantry.Build.Transfer;

/// <summary>Files that are sent.</summary>
public interface IFileSource
{
    /// <summary>What there is, in order.</summary>
    IAsyncEnumerable<FileStat> Files(CancellationToken cancellation);

    /// <summary>The content of one of them, by <paramref name="write"/>, piece by piece.</summary>
    /// <exception cref="GantryException">It is not what was told, or changes while it is read.</exception>
    Task ReadAsync(FileStat file, Func<ReadOnlyMemory<byte>, Task> write, CancellationToken cancellation);
}
