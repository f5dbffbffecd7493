using Gantry.Build.Sessions;
using Gantry.Storage.Content;
using Gantry.Storage.Roots;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>What all steps of one build take from and give to.</summary>
/// <param name="Contexts">Of the build.</param>
/// <param name="Lease">Pins what the build finds and makes.</param>
internal sealed record StepStores(BuildSettings Settings, ContentStore Content, ISnapshotter Snapshots, ContextTrees Contexts, Lease Lease)
{
    /// <summary>Of the build's client; null for one that offers nothing.</summary>
    public IBuildSession? Session { get; init; }
}
