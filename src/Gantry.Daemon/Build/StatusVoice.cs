using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Solver;
using Gantry.BuildKit.Progress;

namespace Gantry.Daemon.Build;

/// <summary>Tells a build to a client of BuildKit's protocol.</summary>
internal sealed class StatusVoice(BuildQuery query, BuildStatus status) : IBuildVoice
{
    public bool HearsChecks => true;

    public void Found(IReadOnlyList<BuildWarning> warnings)
    {
        foreach (BuildWarning warning in warnings)
            status.Warn($"{warning.Check}: {warning.Message}", warning.Range.File.Name, warning.Range.Line, warning.Range.EndLine);
    }

    /// <summary>There is no place for a line but a thing that is done at once.</summary>
    public void Say(string text) => status.Begin(text.TrimEnd()).Done();

    public IBuildProgress Begin(BuildFile file, SolvedBuild build, bool isFirst)
    {
        status.Planned(build.Plan, file.Stages.Count);
        if (isFirst)
            foreach (string warning in query.Warnings.Concat(build.Plan.Warnings)) Say(warning);
        return status;
    }

    public void Fail() => status.End();

    public Task CacheAsync(Func<Action<Action<Stream>>, Task> export) => status.TellAsync("exporting cache", async () =>
    {
        await export(static _ => throw GantryException.Unsupported("a cache goes to registries alone"));
        return true;
    });
}
