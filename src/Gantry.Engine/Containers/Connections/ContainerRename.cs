using Gantry.Network;
using Gantry.Network.Endpoints;

namespace Gantry.Engine.Containers.Connections;

/// <summary>A container's name is one of the names by which its networks know it.</summary>
public sealed class ContainerRename(ContainerStore store, NetworkController networks, ContainerEvents events)
{
    public async Task RunAsync(string reference, string? newName, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(newName)) throw GantryException.Invalid("Neither old nor new names may be empty");
        string name = ContainerName.Parse(newName);
        Container container = store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        string old = container.Name;
        if (old == name) throw GantryException.Invalid("Renaming a container with the same name as its current name");
        store.ReserveName(name, container.Id);
        IReadOnlyList<Endpoint> known = container.Record.Endpoints;
        List<Endpoint> renamed = [];
        try
        {
            foreach (Endpoint endpoint in known) renamed.Add(networks.Rename(endpoint, name));
            container.ChangeOnDisk($"rename container {old}", record => record with { Endpoints = renamed, Name = name });
        }
        catch
        {
            foreach (Endpoint endpoint in renamed) networks.Rename(endpoint, old);
            store.ReleaseName(name, container.Id);
            throw;
        }
        store.ReleaseName(old, container.Id);
        events.Publish(container, "rename", ("oldName", "/" + old));
    }
}
