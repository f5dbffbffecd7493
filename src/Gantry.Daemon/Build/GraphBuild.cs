using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.BuildKit.Definitions;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Sessions;
using Gantry.BuildKit.Solving;
using Gantry.Daemon.Images;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>Builds what a client has planned itself, as a graph.</summary>
/// <param name="surround">What a command has around it.</param>
internal sealed class GraphBuild(Builder builder, ImagePart parts, Func<AskedSurroundings, RunSurroundings> surround)
{
    /// <param name="graph">Of the order.</param>
    public async Task<SolvedResult> RunAsync(GraphOrder graph, SolveOrder order, ClientSession session, BuildStatus status,
        CancellationToken cancellation)
    {
        foreach (string warning in Untaken(order)) status.Note(warning);
        Func<Reference, CancellationToken, Task<Credentials>> credentials = new SessionCredentials(session).FindAsync;
        ToldSession told = new(session, status,
            static request => ($"[internal] load files of {request.Name}", $"transferring {request.Name}:"));
        Dictionary<string, ClientTree> contexts = graph.Locals.ToDictionary(local => local.Key,
            local => new ClientTree(builder.Contexts, told, local.Value, cancellation));
        try
        {
            Dictionary<string, ISourceTree> named = contexts.ToDictionary(one => one.Key, ISourceTree (one) => one.Value);
            BuildRun run = builder.Open(new ContextTrees(null, named), told);
            try
            {
                GraphSources sources = new(parts.Store, Images, order, session, status, run.Lease, surround);
                PlannedGraph planned = await graph.PlanAsync(sources, session.Id, order.Entitlements, cancellation);
                status.Planned(planned);
                return new SolvedResult(parts, credentials, run, await SolveAsync(run, planned, status, cancellation));
            }
            catch
            {
                run.Dispose();
                throw;
            }
        }
        finally
        {
            foreach (ClientTree context in contexts.Values) context.Dispose();
        }

        BuildImages Images(bool pull, Action<Api.Images.JsonMessage> report) => new(parts.Store, parts.Pulls, credentials, pull, report);
    }

    private static async Task<BuiltTree> SolveAsync(BuildRun run, PlannedGraph planned, BuildStatus status, CancellationToken cancellation)
    {
        try
        {
            BuiltTree tree = await run.SolveAsync(planned.Target, status, cancellation);
            cancellation.ThrowIfCancellationRequested();
            return tree;
        }
        finally
        {
            status.End();
        }
    }

    /// <returns>Warnings: what has no effect on a graph.</returns>
    /// <exception cref="GantryException">Unsupported: a cache that its steps cannot be brought to.</exception>
    private static List<string> Untaken(SolveOrder order)
    {
        List<string> warnings = [.. order.Options.Keys.Select(name => $"[Warning] the option {name} has no effect on a graph")];
        foreach (CacheOrder cache in order.CacheImports)
            warnings.Add($"[Warning] a cache of type {cache.Type} is done without: steps of a graph are found in the cache of this engine");
        if (FrontendOptions.Exports(order.CacheExports, warnings).Count > 0)
            throw GantryException.Unsupported("the steps of a graph are not brought to a cache elsewhere");
        return warnings;
    }
}
