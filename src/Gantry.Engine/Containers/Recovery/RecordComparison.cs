using System.Text.Json;
using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>Whether the next start of the daemon would find a container as it is known to this one.</summary>
internal static class RecordComparison
{
    /// <summary>The gate is held.</summary>
    /// <returns>What is wrong with its records on the disk; null for nothing.</returns>
    public static string? WrongWith(Container container)
    {
        ContainerRecord? record = ContainerRecords.Read(container.Paths, out HostConfig? host, out string reason);
        if (record is null || host is null) return $"has been damaged: {reason}";
        ContainerRecord known = container.Record;
        // What passes with a run is not written at each step of it.
        record = record with
        {
            Status = known.Status, Endpoints = known.Endpoints, Gateway = known.Gateway, NetworkFilesStale = known.NetworkFilesStale,
            RestartCount = known.RestartCount, StoppedByHand = known.StoppedByHand,
        };
        return !Same(record, known) ? $"has been replaced: {container.Paths.Config} says otherwise than the daemon"
            : !Same(host, container.HostConfig) ? $"has been replaced: {container.Paths.HostConfig} says otherwise than the daemon" : null;
    }

    private static bool Same(ContainerRecord one, ContainerRecord other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, ContainerJson.Default.ContainerRecord).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, ContainerJson.Default.ContainerRecord));

    private static bool Same(HostConfig one, HostConfig other) =>
        JsonSerializer.SerializeToUtf8Bytes(one, ContainerJson.Default.HostConfig).AsSpan()
            .SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, ContainerJson.Default.HostConfig));
}
