using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Queries;

/// <summary>A container in a list.</summary>
/// <param name="Image">As it was named at create, unless that name means another image by now.</param>
/// <param name="Exposed">Ports that it or its image names, published or not.</param>
/// <param name="At">When it was looked at.</param>
/// <param name="Size">Of what it has written itself, in bytes; null where nobody asked.</param>
/// <param name="RootSize">With its image's.</param>
public sealed record ListedContainer(ContainerRecord Record, HostConfig HostConfig, string Image,
    IReadOnlyList<(ushort Port, string Protocol)> Exposed, DateTimeOffset At, long? Size, long? RootSize);
