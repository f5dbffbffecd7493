using Gantry.Engine.Images;
using Gantry.Storage.Snapshots;

namespace Gantry.Engine.Containers.Queries;

/// <summary>Which containers use an image: those that are set aside too, as far as that can be told.</summary>
public sealed class ImageUsers(ContainerStore store, ImageStore images, ISnapshotter snapshots) : IImageUsers
{
    public IEnumerable<ImageUser> UsersOf(string imageId) =>
        store.All.Select(container => container.Record).Where(record => record.Image == imageId)
            .Select(record => new ImageUser(record.Id, record.Status.Running || record.Status.Restarting, record.Config.Image))
            .Concat(SetAsideUsersOf(imageId));

    /// <summary>Its image is not to be removed as unused.</summary>
    private IEnumerable<ImageUser> SetAsideUsersOf(string imageId)
    {
        string? top = images.Find(imageId)?.ChainIds is [.., var last] ? last : null;
        return store.AllSetAside.Where(one => one.Record?.Image == imageId || (top is not null && snapshots.StandsOn(one.Id, top)))
            .Select(one => new ImageUser(one.Id, false, one.Record?.Config.Image ?? imageId));
    }
}
