namespace Gantry.Engine.Containers.Checks;

/// <summary>A container that a create request names besides the one it makes.</summary>
internal static class OtherContainer
{
    /// <exception cref="GantryException">InvalidArgument. Not NotFound: a 404 of create means to clients that the image is missing,
    /// and they pull it.</exception>
    public static Container Find(ContainerStore containers, string reference) =>
        containers.TryFind(reference, out Container? found) ? found : throw GantryException.Invalid($"No such container: {reference}");
}
