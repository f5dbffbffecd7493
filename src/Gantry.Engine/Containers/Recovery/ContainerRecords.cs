using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>Containers as they lie on disk: read, and taken into the store.</summary>
public sealed class ContainerRecords(ContainerStore store, PendingSaves? saves, TimeProvider time)
{
    /// <param name="reason">What is wrong with them; empty for nothing.</param>
    public static ContainerRecord? Read(ContainerPaths paths, out HostConfig? host, out string reason)
    {
        List<string> wrong = [];
        ContainerRecord? record = Read(paths.Config, ContainerJson.Default.ContainerRecord, wrong);
        if (record is not null && record.Id != paths.Id)
        {
            wrong.Add($"{paths.Config} is the record of {record.Id}");
            record = null;
        }
        host = Read(paths.HostConfig, ContainerJson.Default.HostConfig, wrong);
        // No member of it must be there, but this one is never empty: HostDefaults.
        if (host is { NetworkMode: "" })
        {
            wrong.Add($"{paths.HostConfig} is something else");
            host = null;
        }
        reason = string.Join("; ", wrong);
        return record;
    }

    private static T? Read<T>(string path, JsonTypeInfo<T> type, List<string> wrong) where T : class
    {
        try
        {
            if (JsonFile.Load(path, type) is { } value) return value;
            wrong.Add($"{path} is gone");
        }
        catch (DamagedFileException e)
        {
            wrong.Add(e.Message);
        }
        return null;
    }

    /// <summary>Both records once more, beside the bundle of one that ran when the daemon ended.</summary>
    public static ContainerCopy? ReadCopy(ContainerPaths paths, ref string reason)
    {
        try
        {
            return JsonFile.Load(paths.Copy, ContainerJson.Default.ContainerCopy);
        }
        catch (DamagedFileException e)
        {
            reason = $"{reason}; {e.Message}";
            return null;
        }
    }

    /// <summary>Two of one name can be after a repair by hand: neither must cost the other.</summary>
    public Container Adopt(ContainerRecord record, HostConfig host, ContainerPaths paths)
    {
        try
        {
            store.ReserveName(record.Name, record.Id);
        }
        catch (GantryException)
        {
            record = record with { Name = $"{record.Name}_{record.Id[..12]}" };
            store.ReserveName(record.Name, record.Id);
        }
        Container container = new(record, host, paths, saves, time);
        store.Add(container);
        return container;
    }
}
