using Gantry.Api;
using Gantry.Engine.Execs;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>A container in memory: its record, and what is alive of it.</summary>
/// <remarks>Operations are serialised on <see cref="Gate"/>, this container's alone; reading a status for <c>ps</c> or <c>inspect</c> never waits.</remarks>
public sealed class Container(ContainerRecord record, HostConfig hostConfig, ContainerPaths paths)
{
    public ContainerRecord Record { get; } = record;
    public HostConfig HostConfig { get; set; } = hostConfig;
    public ContainerPaths Paths { get; } = paths;
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public string Id => Record.Id;
    public string Name => Record.Name;
    public ContainerStatus Status => Record.Status;

    /// <summary>The supervisor's control connection, while there is one.</summary>
    public ShimControl? Shim { get; set; }
    public RestartTimer Restart { get; } = new();
    public ContainerWaiters Waiters { get; } = new();
    public PendingAttachments Attachments { get; } = new();
    public ExecTable Execs { get; } = new();
    /// <summary>Done when the container, as it runs now, has ended; what <c>logs -f</c> ends with.</summary>
    public TaskCompletionSource Ended { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Writes the record. Durable where a power loss must not lose it; what a running shim knows can be derived again.</summary>
    public void Save(bool durable)
    {
        JsonFile.Save(Paths.Config, Record, ContainerJson.Default.ContainerRecord, durable && !HostConfig.AutoRemove);
    }

    public void SaveHostConfig() => JsonFile.Save(Paths.HostConfig, HostConfig, ContainerJson.Default.HostConfig, durable: !HostConfig.AutoRemove);

    public async Task<IDisposable> LockAsync(CancellationToken cancellation = default)
    {
        await Gate.WaitAsync(cancellation);
        return new Release(Gate);
    }

    private sealed class Release(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
