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

    public void Say(string text) => status.Note(text.TrimEnd());

    public IReadOnlyList<IBuildProgress> Begin(BuildFile file, IReadOnlyList<SolvedBuild> builds)
    {
        foreach (SolvedBuild build in builds)
            status.Planned(build.Plan, file.Stages.Count, builds.Count > 1 ? build.Platform.ToString() : "");
        foreach (string warning in query.Warnings.Concat(builds[0].Plan.Warnings)) Say(warning);
        return [.. builds.Select(_ => status)];
    }

    public void Solved(int which)
    {
    }

    public void Fail() => status.End();

    public Task CacheAsync(Func<Action<Action<Stream>>, Task> export) => status.TellAsync("exporting cache", async () =>
    {
        await export(static _ => throw GantryException.Unsupported("a cache goes to registries alone"));
        return true;
    });
}
