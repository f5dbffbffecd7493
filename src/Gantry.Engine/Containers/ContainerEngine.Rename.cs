namespace Gantry.Engine.Containers;

public sealed partial class ContainerEngine
{
    public async Task RenameAsync(string reference, string? newName, CancellationToken cancellation)
    {
        if (string.IsNullOrEmpty(newName)) throw GantryException.Invalid("Neither old nor new names may be empty");
        string name = ContainerName.Parse(newName);
        Container container = Store.Find(reference);
        using IDisposable gate = await container.LockAsync(cancellation);
        string old = container.Name;
        if (old == name) throw GantryException.Invalid("Renaming a container with the same name as its current name");
        Store.ReserveName(name, container.Id);
        container.Record.Endpoints = [.. container.Record.Endpoints.Select(endpoint => networks.Rename(endpoint, name))];
        container.Record.Name = name;
        container.Save(durable: true);
        Store.ReleaseName(old, container.Id);
        Publish(container, "rename", ("oldName", "/" + old));
    }
}
