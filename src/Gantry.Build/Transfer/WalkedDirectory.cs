namespace Gantry.Build.Transfer;

/// <summary>A directory that is read by whoever has time for it.</summary>
/// <param name="Path">Below the root; empty for the root.</param>
internal sealed record WalkedDirectory(byte[] Path)
{
    private readonly TaskCompletionSource<IReadOnlyList<WalkedFile>> _files = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is in it, by name.</summary>
    public Task<IReadOnlyList<WalkedFile>> Files => _files.Task;

    public void Set(IReadOnlyList<WalkedFile> files) => _files.TrySetResult(files);

    public void Fail(Exception reason) => _files.TrySetException(reason);
}
