namespace Gantry.Runtime.Containers;

public static class ContainerCreate
{
    /// <summary>Makes the container up to the point where only the user's command is missing.</summary>
    /// <exception cref="LaunchException">Nothing of it is left then.</exception>
    public static CreatedContainer Run(CreateRequest request) => throw GantryException.Unsupported($"create {request.Id}");
}
