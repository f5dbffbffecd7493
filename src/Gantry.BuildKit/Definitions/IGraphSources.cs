using Gantry.Build.Graph;

namespace Gantry.BuildKit.Definitions;

/// <summary>Where a graph has from what it does not make itself.</summary>
public interface IGraphSources
{
    /// <summary>An image, whole and pinned.</summary>
    /// <param name="platform">Null for that of this host.</param>
    /// <param name="pull">One is looked for at its registry, though it is here.</param>
    /// <exception cref="GantryException">NotFound and others, as a pull says them.</exception>
    Task<BuiltTree> FindImageAsync(string reference, string? platform, bool pull, CancellationToken cancellation);

    /// <summary>An image of a layout that the client has: its layers are fetched and pinned, and not unpacked.</summary>
    /// <param name="store">The client's name for the layout.</param>
    /// <param name="platform">Null for that of this host.</param>
    /// <exception cref="GantryException">NotFound, Invalid: the layout has no such image.</exception>
    Task<BuiltTree> FindLayoutAsync(string store, string digest, string? platform, CancellationToken cancellation);

    /// <summary>What this builder has built before.</summary>
    /// <exception cref="GantryException">NotFound: it has gone.</exception>
    BuiltTree FindResult(string name);

    /// <summary>A secret of the client's; null for one that it has not got.</summary>
    Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellation);

    /// <summary>What a command has around it.</summary>
    /// <exception cref="GantryException">Invalid, Unsupported: it cannot have that.</exception>
    RunSurroundings Surround(AskedSurroundings asked);
}

/// <summary>What a graph says of what a command has around it.</summary>
/// <param name="Network"><c>default</c>, <c>none</c> or <c>host</c>.</param>
/// <param name="Hosts"><c>name:address</c>.</param>
public sealed record AskedSurroundings(string Network, string Hostname, IReadOnlyList<string> Hosts,
    IReadOnlyList<(string Name, long Soft, long Hard)> Ulimits, string CgroupParent);
