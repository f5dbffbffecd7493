using Gantry.Build.Planning;
using Gantry.BuildKit.Solving;
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
        return inputs.GetValueOrDefault(name)?.Result is SolvedResult solved ? Task.FromResult(solved.Base)
            : throw GantryException.NotFound($"there is no result {name}");
    }
}
