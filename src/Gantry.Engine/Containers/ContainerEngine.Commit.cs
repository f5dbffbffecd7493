using Gantry.Api.Containers;
using Gantry.Engine.Images;
using Gantry.Storage.Archives;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers;

/// <summary>What a commit is asked for.</summary>
public sealed record CommitRequest
{
    /// <summary>Name for the image; empty for none.</summary>
    public string Repository { get; init; } = "";
    public string Tag { get; init; } = "";
    public string Comment { get; init; } = "";
    public string Author { get; init; } = "";
    /// <summary>Freeze the container meanwhile, so that what is written to several files fits together.</summary>
    public bool Pause { get; init; } = true;
    /// <summary>Dockerfile instructions for the configuration.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];
    /// <summary>Goes before the container's own; null for nothing.</summary>
    public ContainerConfig? Config { get; init; }
}

public sealed partial class ContainerEngine
{
    /// <summary>Makes an image from what a container has changed.</summary>
    /// <returns>The image's identifier.</returns>
    public async Task<string> CommitAsync(string reference, CommitRequest request, CancellationToken cancellation)
    {
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress || container.Status.Dead)
            throw GantryException.Conflict(
                $"You cannot commit container {container.Id} which is {(container.Status.Dead ? "Dead" : "being removed")}");
        ImageCommit commit = new(images, container.Record.Image)
        {
            Name = request.Repository.Length > 0 ? ImageStore.TargetName(request.Repository, request.Tag) : null,
            Config = CommittedConfig.Of(container.Record.Config, request.Config, request.Changes),
            Author = request.Author, Comment = request.Comment, ContainerId = container.Id,
            Command = string.Join(' ', [container.Record.Path, .. container.Record.Args]),
        };
        return await FrozenAsync(container, request.Pause, () =>
        {
            string id = commit.Run(archive => WriteLayer(container.Id, archive), cancellation).Id;
            Publish(container, "commit", ("comment", request.Comment), ("imageID", id), ("imageRef", commit.Name?.Familiar ?? ""));
            return id;
        });
    }

    private void WriteLayer(string id, TreeArchive archive) => snapshots.Compare(id, MadePlaces, directoryTimes: true, change =>
    {
        if (change.Kind == ChangeKind.Deleted) archive.AddWhiteout(change.Path);
        else archive.Add(change.Parent, change.Name, change.Path, change.Status);
    });

    private async Task<T> FrozenAsync<T>(Container container, bool pause, Func<T> work)
    {
        bool frozen = false;
        if (pause && container.Status is { Running: true, Paused: false })
        {
            container.Status.PausedForCommit = true;
            // First of all: a daemon that dies in the moment in which the container stands still lets it go on.
            container.Save(durable: false);
            try
            {
                // A container that has just ended is committed as it is.
                frozen = await PauseLockedAsync(container);
            }
            finally
            {
                container.Status.PausedForCommit = frozen;
            }
        }
        try
        {
            return await Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            container.Status.PausedForCommit = false;
            if (frozen) await ResumeLockedAsync(container);
        }
    }
}
