using Gantry.Engine.Events;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers;

/// <summary>What is told of containers to whoever follows the events.</summary>
public sealed class ContainerEvents(EventBus events)
{
    public void Publish(Container container, string action, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        ContainerRecord record = container.Record;
        Dictionary<string, string> all =
            new(record.Config.Labels ?? []) { ["image"] = record.Config.Image ?? "", ["name"] = record.Name };
        foreach ((string key, string value) in attributes) all[key] = value;
        events.Publish(EventType.Container, action, record.Id, all);
    }

    /// <summary>An event of the network's, of a container that came or went.</summary>
    public void PublishNetwork(string id, string name, string driver, string container, string action)
    {
        events.Publish(EventType.Network, action, id,
            new Dictionary<string, string> { ["container"] = container, ["name"] = name, ["type"] = driver });
    }

    /// <inheritdoc cref="PublishNetwork(string, string, string, string, string)"/>
    public void PublishNetwork(Endpoint endpoint, string driver, string action) =>
        PublishNetwork(endpoint.NetworkId, endpoint.NetworkName, driver, endpoint.ContainerId, action);

    public void PublishPrune(long reclaimed) =>
        events.Publish(EventType.Container, "prune", "", new Dictionary<string, string> { ["reclaimed"] = $"{reclaimed}" });
}
