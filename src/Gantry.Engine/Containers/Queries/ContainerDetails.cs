using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Queries;

/// <summary>One container as it was when it was asked for.</summary>
/// <param name="Execs">Identifiers of those that run in it.</param>
/// <param name="Snapshot">Where its files are, in the storage driver's words.</param>
/// <param name="Exposed">Ports that it or its image names, published or not.</param>
/// <param name="Size">Of what it has written itself, in bytes; null where nobody asked.</param>
/// <param name="RootSize">With its image's.</param>
public sealed record ContainerDetails(ContainerRecord Record, HostConfig HostConfig, ContainerPaths Paths, IReadOnlyList<string> Execs,
    IReadOnlyDictionary<string, string> Snapshot, IReadOnlyList<(ushort Port, string Protocol)> Exposed, long? Size, long? RootSize);
