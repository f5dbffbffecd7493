using Gantry.Build;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.BuildKit.Progress;
using Gantry.Daemon.Images;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>One build whose client has a session, told step by step as they go on.</summary>
/// <param name="bases">Where images come from, told of as they come.</param>
/// <param name="known">Those that are here, of which nothing is told.</param>
/// <param name="credentials">Of the client, at a registry.</param>
internal sealed class SessionBuild(Builder builder, ImagePart parts, IBaseImages bases, BuildImages known, BuildQuery query,
    Func<Reference, CancellationToken, Task<Credentials>> credentials, BuildStatus status)
{
    /// <returns>What came of it: its files, and what their image is to say.</returns>
    public async Task<SolvedImage> RunAsync(BuildContexts contexts, DockerfileChecks checks, CancellationToken cancellation)
    {
        BuildRun run = builder.Open(contexts.Trees, contexts.Session);
        try
        {
            BuildFile file = ImageBuild.Parse(contexts.Dockerfile, query);
            BuildPlan plan = await run.PlanAsync(file, query.Options, bases, cancellation);
            status.Planned(plan, file.Stages.Count);
            Check(file, checks);
            foreach (string warning in query.Warnings.Concat(plan.Warnings)) status.Begin(warning.TrimEnd()).Done();
            BuiltTree tree = await SolveAsync(run, plan, contexts, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return new SolvedImage(parts, run, plan, tree, query.Options, credentials);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private async Task<BuiltTree> SolveAsync(BuildRun run, BuildPlan plan, BuildContexts contexts, CancellationToken cancellation)
    {
        using ElsewhereCaches elsewhere = new(parts, query, name => credentials(name, cancellation).GetAwaiter().GetResult(),
            contexts.Trees, text => status.Begin(text.TrimEnd()).Done());
        BuiltTree tree;
        try
        {
            IReadOnlyList<BaseImage> sources = [.. query.CacheFrom.Select(name => known.Known(name, run.Lease)).OfType<BaseImage>(),
                .. await elsewhere.OpenAsync(run.Lease, cancellation)];
            tree = await run.SolveAsync(plan, query.Options, sources, status, cancellation);
        }
        finally
        {
            status.End();
        }
        if (query.CacheExports.Count > 0)
            await status.TellAsync("exporting cache", async () =>
            {
                await elsewhere.ExportAsync(plan, new BuiltImage(query.Options, run.Outcome), vertex => run.Outcome(vertex)?.Tree,
                    run.Lease, static _ => throw GantryException.Unsupported("a cache goes to registries alone"), cancellation);
                return true;
            });
        return tree;
    }

    private void Check(BuildFile file, DockerfileChecks checks)
    {
        IReadOnlyList<BuildWarning> warnings = checks.Run(file);
        foreach (BuildWarning warning in warnings)
            status.Warn($"{warning.Check}: {warning.Message}", warning.Range.File.Name, warning.Range.Line, warning.Range.EndLine);
        checks.Require(file, warnings);
    }
}
