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
        BuildGroup group = builder.OpenGroup(contexts.Trees, contexts.Session);
        List<SolvedBuild> builds = [];
        try
        {
            foreach (string? platform in query.Platforms)
            {
                builds.Add(await NamedAsync(platform, () => PlanAsync(group, file, query.Options with { Platform = platform },
                    cancellation)));
                if (builds.Count == 1) Check(file);
            }
            IReadOnlyList<IBuildProgress> progress = _voice.Begin(file, builds);
            await BuildGroup.EachAsync(builds.Count, (i, stop) => NamedAsync(query.Platforms[i], async () =>
            {
                await SolveAsync(builds[i], progress[i], stop);
                _voice.Solved(i);
                return builds[i];
            }), cancellation);
            return builds;
        }
        catch
        {
            try
            {
                TellFailure();
            }
            finally
            {
                foreach (SolvedBuild one in builds) one.Dispose();
            }
            throw;
        }
    }

    private void TellFailure()
    {
        try
        {
            _voice.Fail();
        }
        catch (Exception e) when (e is OperationCanceledException || Expected.Any(e))
        {
            // Nobody listens any more: the build's own reason counts.
        }
    }

    /// <summary>Of several platforms a failure says which it is.</summary>
    private async Task<T> NamedAsync<T>(string? platform, Func<Task<T>> work)
    {
        if (query.Platforms.Count == 1) return await work();
        try
        {
            return await work();
        }
        catch (Exception e) when (PlatformFailure.Of(e, platform!) is { } failure)
        {
            throw failure;
        }
    }

    private async Task<SolvedBuild> PlanAsync(BuildGroup group, BuildFile file, BuildOptions options, CancellationToken cancellation)
    {
        BuildRun run = group.Open();
        try
        {
            NotedImages noted = new(client.Images, parts.Store);
            BuildPlan plan = await run.PlanAsync(file, options, noted, cancellation);
            return new SolvedBuild(run, options, plan, noted.All);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private async Task SolveAsync(SolvedBuild build, IBuildProgress progress, CancellationToken cancellation)
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
