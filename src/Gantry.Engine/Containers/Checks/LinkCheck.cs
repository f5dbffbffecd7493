using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary><c>--link CONTAINER[:ALIAS]</c>: accepted, said to be without effect, but never to nobody.</summary>
internal static class LinkCheck
{
    public const string Warning = "Links are a legacy feature and are not set up: put both into one network, and use addresses.";

    public static void Run(HostConfig host, ContainerStore containers, List<string> warnings)
    {
        foreach (string link in host.Links ?? []) One(link, containers);
        if (host.Links is { Count: > 0 }) warnings.Add(Warning);
    }

    private static void One(string link, ContainerStore containers)
    {
        if (link.Length == 0) throw GantryException.Invalid("empty string specified for links");
        string[] parts = link.Split(':');
        if (parts.Length > 2) throw GantryException.Invalid($"bad format for links: {link}");
        if (parts[0].Length == 0) throw GantryException.Invalid("could not get container for : invalid name or ID supplied: \"\"");
        if (!containers.TryFind(parts[0], out _))
            throw GantryException.Invalid($"could not get container for {parts[0]}: No such container: {parts[0]}");
    }
}
