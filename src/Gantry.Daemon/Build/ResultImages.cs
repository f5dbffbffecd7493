using Gantry.Build.Planning;
using Gantry.BuildKit.Solving;
using Gantry.Oci.Image;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The images that a build begins from, and in their place what the client has built before it.</summary>
internal sealed class ResultImages(IBaseImages images, IReadOnlyDictionary<string, SolveSource> inputs) : IBaseImages
{
    public Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation)
    {
        if (!reference.StartsWith(FrontendQuery.Result, StringComparison.Ordinal))
            return images.FindAsync(reference, platform, lease, cancellation);
        string name = reference[FrontendQuery.Result.Length..];
        // Clients give what they have built for several platforms one by one.
        ISolvedBuild? result = (inputs.GetValueOrDefault($"{name}::{TargetPlatform.Parse(platform)}")
            ?? inputs.GetValueOrDefault(name))?.Result;
        return Task.FromResult(result switch
        {
            SolvedResult solved => solved.BaseFor(platform),
            _ => throw GantryException.NotFound($"there is no result {name}"),
        });
    }
}
