using Gantry.Engine.Containers.Lifecycle;
using Gantry.Engine.Images;

namespace Gantry.Engine.Containers.Files;

/// <summary>Makes an image from what a container has changed.</summary>
public sealed class ContainerCommit(ContainerStore store, ImageStore images, ContainerFreeze freeze, ContainerEvents events)
{
    /// <returns>The image's identifier.</returns>
    public async Task<string> RunAsync(string reference, CommitRequest request, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        if (container.Status.RemovalInProgress)
            throw GantryException.Conflict($"You cannot commit container {container.Id} which is being removed");
        if (container.Record.Image.Length == 0)
            throw GantryException.Conflict($"the image that container {container.Id} was made from is not known");
        ImageCommit commit = new(images, container.Record.Image, container.Id, ContainerFiles.MadePlaces)
        {
            Name = request.Repository.Length > 0 ? ImageAddition.TargetName(request.Repository, request.Tag) : null,
            Config = CommittedConfig.Of(container.Record.Config, request.Config, request.Change),
            Author = request.Author, Comment = request.Comment, ContainerId = container.Id,
            Command = string.Join(' ', [container.Record.Path, .. container.Record.Args]),
        };
        return await freeze.WhileFrozenAsync(container, request.Pause, () =>
        {
            string id = commit.Run(cancellation).Id;
            events.Publish(container, "commit", ("comment", request.Comment), ("imageID", id), ("imageRef", commit.Name?.Familiar ?? ""));
            return id;
        });
    }
}
