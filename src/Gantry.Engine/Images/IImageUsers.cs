namespace Gantry.Engine.Images;

/// <summary>Who uses an image: asked before one is removed.</summary>
public interface IImageUsers
{
    /// <summary>Containers made from the image, running or not.</summary>
    IEnumerable<ImageUser> UsersOf(string imageId);
}

/// <param name="ContainerId">Full identifier.</param>
/// <param name="Running">Also paused or restarting: it cannot do without the image.</param>
/// <param name="ImageReference">The name under which it was created, as the user wrote it.</param>
public readonly record struct ImageUser(string ContainerId, bool Running, string ImageReference);
