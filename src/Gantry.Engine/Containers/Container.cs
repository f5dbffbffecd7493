using Gantry.Linux;
using Gantry.Api.Containers;
using Gantry.Engine.Images;
using Gantry.Linux.Files;
using Gantry.Shim;

namespace Gantry.Engine.Containers;

/// <summary>A container in memory: its record, and what is alive of it.</summary>
/// <remarks>Operations are serialised on <see cref="Gate"/>, this container's alone. <c>ps</c> and <c>inspect</c> wait for nobody: what
/// they read is replaced as a whole, and who takes <see cref="Record"/> once has never half a change.</remarks>
/// <param name="saves">Where a change is kept that the disk does not take; null: <see cref="Save"/> fails then.</param>
public sealed class Container(ContainerRecord record, HostConfig hostConfig, ContainerPaths paths, PendingSaves? saves = null,
    TimeProvider? time = null)
{
    private readonly Lock _changing = new();
    private volatile ContainerRecord _record = record;
    private volatile HostConfig _hostConfig = hostConfig;

    public ContainerRecord Record => _record;
    /// <summary>Replaced as a whole too: whoever changes it changes a copy.</summary>
    public HostConfig HostConfig { get => _hostConfig; set => _hostConfig = value; }
    public ContainerPaths Paths { get; } = paths;
    public SemaphoreSlim Gate { get; } = new(1, 1);

    public string Id => Record.Id;
    public string Name => Record.Name;
    public ContainerStatus Status => Record.Status;

    /// <summary>The supervisor's control connection, while there is one.</summary>
    public IShimControl? Shim { get; set; }
    public Overtaking Overtaking { get; } = new(time ?? TimeProvider.System);
    public RestartTimer Restart { get; } = new(time ?? TimeProvider.System);
    /// <summary>It is being stopped to be started again: <c>--rm</c> leaves it. Not on disk: after a crash it does not run,
    /// as after any other stop.</summary>
    public bool StaysAtExit { get; set; }
    public ContainerWaiters Waiters { get; } = new();
    public PendingAttachments Attachments { get; } = new();
    public ExecTable Execs { get; } = new(time ?? TimeProvider.System);
    /// <summary>That memory ran out in it, as it runs now, has been published.</summary>
    public bool OomTold { get; set; }
    /// <summary>Done when the container, as it runs now, has ended; what <c>logs -f</c> ends with.</summary>
    public TaskCompletionSource Ended { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until the names in the container's directory are on the disk. A seam: no test makes a real one refuse.</summary>
    internal Action<string> SyncDirectory { get; init; } = static path => DiskSync.All(path);

    /// <param name="change">From the record as it is now to that which takes its place.</param>
    public void Change(Func<ContainerRecord, ContainerRecord> change)
    {
        // A removal goes on without the gate, and must not undo what somebody else changes meanwhile.
        lock (_changing) _record = change(_record);
    }

    /// <inheritdoc cref="Change"/>
    public void ChangeStatus(Func<ContainerStatus, ContainerStatus> change) =>
        Change(record => record with { Status = change(record.Status) });

    /// <summary>Writes the record. Durable where a power loss must not lose it; what a running shim knows can be derived again.</summary>
    /// <remarks>What is in memory is true whether the disk takes it or not: one that is full gets it later.</remarks>
    /// <returns>Whether the disk has it.</returns>
    public bool Save(bool durable)
    {
        if (saves is not null) return saves.Run($"container {Id}", () => UnlessGone(() => SaveNow(durable)), () => TryWithGate(SaveAll));
        SaveNow(durable);
        return true;
    }

    /// <summary>A change that somebody asks for: the disk has it, or nothing has changed. What cannot be refused, as an end, is
    /// for <see cref="Change"/> and <see cref="Save"/>.</summary>
    /// <remarks>The gate is held: nobody else writes the file. What changes without the gate, as a removal does, is not written by those
    /// who do it, and does not wait for the disk.</remarks>
    /// <param name="change">Called once for the file and once more for what is in memory by then.</param>
    /// <exception cref="GantryException">Internal: the disk refuses.</exception>
    public void ChangeOnDisk(string step, Func<ContainerRecord, ContainerRecord> change)
    {
        RefuseWith(step, () => WriteRecord(change(Record), durable: true), Paths.Config, () => Save(durable: true));
        Change(change);
        SaveCopy();
    }

    /// <inheritdoc cref="ChangeOnDisk" path="/summary"/>
    /// <inheritdoc cref="ChangeOnDisk" path="/exception"/>
    public void ChangeHostConfigOnDisk(string step, HostConfig changed)
    {
        RefuseWith(step, () => WriteHostConfig(changed), Paths.HostConfig, SaveHostConfig);
        HostConfig = changed;
        SaveCopy();
    }

    /// <param name="undo">The file has its new content and is refused all the same, as by the sync of its directory: what memory says
    /// is written once more, now or when the disk takes it.</param>
    private void RefuseWith(string step, Action save, string path, Action undo)
    {
        FileIdentity? before = FileIdentity.Of(path);
        try
        {
            save();
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A removal goes on without the gate.
            if (Status.RemovalInProgress && !Directory.Exists(Paths.Directory))
                throw GantryException.NotFound($"No such container: {Id}");
            if (FileIdentity.Of(path) != before) undo();
            throw Failure.Of(step, e);
        }
    }

    public void SaveHostConfig()
    {
        if (saves is null) SaveHostConfigNow();
        else saves.Run($"limits of container {Id}", () => UnlessGone(SaveHostConfigNow), () => TryWithGate(SaveAll));
    }

    /// <summary>The files that follow from the record.</summary>
    /// <param name="write">Called again, under the container's gate, when the disk refuses.</param>
    public void SaveNetworkFiles(Action write)
    {
        if (saves is null) write();
        else saves.Run($"network files of container {Id}", () => UnlessGone(write), () => TryWithGate(write));
    }

    /// <summary>The first time: nobody was told of it, so a disk that refuses is the caller's.</summary>
    /// <remarks>Not one synced after the other: as long as the mark of the create is there, halves of them cost nothing.</remarks>
    public void SaveNew()
    {
        JsonFile.Save(Paths.HostConfig, HostConfig, ContainerJson.Default.HostConfig, durable: false);
        JsonFile.Save(Paths.Config, Record, ContainerJson.Default.ContainerRecord, durable: false);
        if (!HostConfig.AutoRemove)
            DiskSync.All(Paths.Config, Paths.HostConfig, Paths.Directory, Path.GetDirectoryName(Paths.Directory)!);
    }

    /// <summary>It is removed: nothing of it is written any more.</summary>
    public void ForgetSaves()
    {
        saves?.Forget($"container {Id}");
        saves?.Forget($"limits of container {Id}");
        saves?.Forget($"network files of container {Id}");
    }

    /// <summary>A removal goes on without the gate: what it takes the directory away from has nothing to keep.</summary>
    private void UnlessGone(Action save)
    {
        try
        {
            save();
        }
        catch (Exception e) when (Expected.OfSystem(e) && Status.RemovalInProgress && !Directory.Exists(Paths.Directory))
        {
            // Not the disk's fault.
        }
    }

    /// <summary>Both records, whatever is on the disk; the gate is held.</summary>
    internal void SaveAll()
    {
        SaveHostConfigNow();
        SaveNow(durable: true);
    }

    private void SaveNow(bool durable)
    {
        SaveCopy();
        WriteRecord(Record, durable);
    }

    private void WriteRecord(ContainerRecord record, bool durable)
    {
        durable &= !HostConfig.AutoRemove;
        JsonFile.Save(Paths.Config, record, ContainerJson.Default.ContainerRecord, durable);
        if (durable) SyncDirectory(Paths.Directory);
    }

    private void SaveHostConfigNow()
    {
        SaveCopy();
        WriteHostConfig(HostConfig);
    }

    private void WriteHostConfig(HostConfig hostConfig)
    {
        JsonFile.Save(Paths.HostConfig, hostConfig, ContainerJson.Default.HostConfig, durable: !hostConfig.AutoRemove);
        if (!hostConfig.AutoRemove) SyncDirectory(Paths.Directory);
    }

    /// <summary>Beside the bundle, while it runs: should the records be damaged, this one is found again whole.</summary>
    private void SaveCopy()
    {
        if (!Status.Running) return;
        try
        {
            JsonFile.Save(Paths.Copy, new ContainerCopy { Record = Record, HostConfig = HostConfig }, ContainerJson.Default.ContainerCopy,
                durable: false);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A copy is all that it is.
        }
    }

    /// <summary>From another thread: whoever has the container's gate may be changing it.</summary>
    /// <returns>False, and nothing is done, while somebody is changing or removing it.</returns>
    internal bool TryWithGate(Action work)
    {
        if (!Gate.Wait(0)) return false;
        try
        {
            // The removal may fail yet; where it does not, it is forgotten.
            if (Status.RemovalInProgress) return false;
            work();
            return true;
        }
        finally
        {
            Gate.Release();
        }
    }

    /// <summary>As <see cref="LockAsync"/>, for those who end the container: they go before those whom the supervisor does not
    /// answer.</summary>
    public async Task<IDisposable> OvertakeAsync(CancellationToken cancellation)
    {
        using (Overtaking.Begin()) return await LockAsync(cancellation);
    }

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
