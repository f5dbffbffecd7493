namespace Gantry.Engine.Containers;

/// <summary>What <c>--network</c>, <c>--pid</c>, <c>--ipc</c> say of another container: <c>container:NAME</c>.</summary>
internal static class ContainerMode
{
    private const string Prefix = "container:";

    /// <returns>The name or identifier; null for another mode.</returns>
    public static string? Joined(string? mode) =>
        mode?.StartsWith(Prefix, StringComparison.Ordinal) == true ? mode[Prefix.Length..] : null;
}
