using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>A supervisor that lives and is not reached, because somebody removed its socket, or because it does not answer.</summary>
/// <remarks>Its container runs on, and its end is noticed. Whatever is asked of it fails with <see cref="ErrorKind.Unavailable"/>; stop,
/// kill with SIGKILL and a forced removal end one that does not answer together with its container.</remarks>
public sealed class UnreachableSupervisor : IShimControl
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);
    private static readonly Task<ShimMessage> Never = new TaskCompletionSource<ShimMessage>().Task;

    private readonly SafeFileDescriptor _process;
    private readonly string _failure;
    private readonly TaskCompletionSource<ExitStatus?> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UnreachableSupervisor(SafeFileDescriptor process, string failure)
    {
        (_process, _failure) = (process, failure);
        _ = WatchAsync();
    }

    /// <returns>Null when none lives.</returns>
    public static UnreachableSupervisor? Find(ContainerPaths paths, string runtime)
    {
        if (SupervisorProcesses.Of(paths.ShimConfig, runtime) is not { } pid || PidFd.Open(pid) is not { } process) return null;
        // The number may have become another's before it was held.
        if (SupervisorProcesses.Is(pid, paths.ShimConfig, runtime))
            return new UnreachableSupervisor(process, $"its supervisor, process {pid}, lives and cannot be reached at {paths.Socket}");
        process.Dispose();
        return null;
    }

    private async Task WatchAsync()
    {
        while (!Descriptor.WaitReadable(_process.Number, 0)) await Task.Delay(Turn);
        // What it may have left to say is in its exit file.
        _exited.TrySetResult(null);
    }

    public string LastWords => "";
    public ShimMessage? FirstState => null;
    public Task<ShimMessage> NamespacesReady => Never;
    public Task<ShimMessage> Created => Never;
    public Task<ExitStatus?> Exited => _exited.Task;
    public Task Reading => _exited.Task;

    public override string ToString() => _failure;

    private Task<ShimMessage> Fails() => Task.FromException<ShimMessage>(GantryException.Unavailable(
        $"{_failure}: stop, kill or rm -f ends it together with the container"));

    public Task<ShimMessage> StartAsync(CancellationToken cancellation = default) => Fails();
    public Task<ShimMessage> WithinLimitAsync(Task<ShimMessage> step, CancellationToken cancellation = default) => Fails();
    public Task SignalAsync(int signal, bool all = false, string? execId = null, CancellationToken cancellation = default) => Fails();
    public Task ResizeAsync(ushort rows, ushort columns, string? execId = null, CancellationToken cancellation = default) => Fails();
    public Task PauseAsync(CancellationToken cancellation = default) => Fails();
    public Task ResumeAsync(CancellationToken cancellation = default) => Fails();
    public Task UpdateAsync(OciResources resources, CancellationToken cancellation = default) => Fails();
    public Task<ShimMessage> StateAsync(CancellationToken cancellation = default) => Fails();

    /// <summary>After its end.</summary>
    public ValueTask DisposeAsync()
    {
        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
