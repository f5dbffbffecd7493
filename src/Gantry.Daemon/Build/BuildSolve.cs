using Gantry.Build;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Solver;
using Gantry.Daemon.Images;

namespace Gantry.Daemon.Build;

/// <summary>Does the steps of a build: from the text of its Dockerfile to a tree of files for each platform.</summary>
internal sealed class BuildSolve(Builder builder, ImagePart parts, BuildQuery query, BuildContexts contexts, BuildClient client)
{
    private readonly DockerfileChecks _checks = new(parts.Store, query, contexts.Ignored);
    private readonly IBuildVoice _voice = client.Voice;

    /// <returns>One for each platform that was asked for, in that order; the caller's to dispose.</returns>
    /// <exception cref="Gantry.Build.Dockerfile.Lexing.DockerfileException">It makes no sense.</exception>
    public async Task<IReadOnlyList<SolvedBuild>> RunAsync(BuildFile file, CancellationToken cancellation)
    {
        List<SolvedBuild> solved = [];
        try
        {
            foreach (string? platform in query.Platforms)
                solved.Add(await RunAsync(file, query.Options with { Platform = platform }, solved.Count == 0, cancellation));
            return solved;
        }
        catch
        {
            _voice.Fail();
            foreach (SolvedBuild one in solved) one.Dispose();
            throw;
        }
    }

    private async Task<SolvedBuild> RunAsync(BuildFile file, BuildOptions options, bool isFirst, CancellationToken cancellation)
    {
        BuildRun run = builder.Open(contexts.Trees, contexts.Session);
        try
        {
            NotedImages noted = new(client.Images, parts.Store);
            BuildPlan plan = await run.PlanAsync(file, options, noted, cancellation);
            // What another platform takes is not known yet.
            if (query.Platforms.Count == 1) contexts.Narrow(plan);
            if (isFirst) Check(file);
            SolvedBuild build = new(run, options, plan, noted.All);
            await RunAsync(build, _voice.Begin(file, build, isFirst), cancellation);
            return build;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private async Task RunAsync(SolvedBuild build, IBuildProgress progress, CancellationToken cancellation)
    {
        using ElsewhereCaches elsewhere = new(parts, query, client.Credentials, contexts.Trees, _voice.Say);
        BuildRun run = build.Run;
        IReadOnlyList<BaseImage> sources =
        [
            .. query.CacheFrom.Select(name => KnownImage.Find(parts.Store, name, run.Lease)).OfType<BaseImage>(),
            .. await elsewhere.OpenAsync(run.Lease, cancellation),
        ];
        BuiltTree tree = await run.SolveAsync(build.Plan, build.Options, sources, progress, cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (query.CacheExports.Count > 0)
            await _voice.CacheAsync(write => elsewhere.ExportAsync(build.Plan, build.Image, vertex => run.Outcome(vertex)?.Tree,
                run.Lease, write, cancellation));
        build.Complete(tree, cancellation);
    }

    /// <summary>Behind the planning, which has fetched the images of which the checks know the variables.</summary>
    private void Check(BuildFile file)
    {
        if (!_voice.HearsChecks && !_checks.AreRequired(file)) return;
        IReadOnlyList<BuildWarning> warnings = _checks.Run(file);
        if (_voice.HearsChecks) _voice.Found(warnings);
        _checks.Require(file, warnings);
    }
}
