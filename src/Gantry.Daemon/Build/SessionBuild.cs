using Gantry.Build;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.BuildKit.Progress;
using Gantry.BuildKit.Results;
using Gantry.BuildKit.Sessions;
using Gantry.Engine.Images;
using Gantry.Oci.Image;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>One build whose client has a session: told step by step as they go on, with a result where the client wants it.</summary>
internal sealed class SessionBuild(Builder builder, ImageStore images, IBaseImages bases, BuildImages known, BuildQuery query,
    SessionOutput output, ClientSession session, BuildStatus status)
{
    /// <returns>The image's identifier; null for a result that is no image.</returns>
    public async Task<string?> RunAsync(BuildContexts contexts, DockerfileChecks checks, CancellationToken cancellation)
    {
        using BuildRun run = builder.Open(contexts.Trees, contexts.Session);
        BuildFile file = ImageBuild.Parse(contexts.Dockerfile, query);
        BuildPlan plan = await run.PlanAsync(file, query.Options, bases, cancellation);
        status.Planned(plan, file.Stages.Count);
        Check(file, checks);
        foreach (string warning in query.Warnings.Concat(plan.Warnings)) status.Begin(warning.TrimEnd()).Done();
        BuiltTree tree;
        try
        {
            IReadOnlyList<BaseImage> sources = [.. query.CacheFrom.Select(name => known.Known(name, run.Lease)).OfType<BaseImage>()];
            tree = await run.SolveAsync(plan, query.Options, sources, status, cancellation);
        }
        finally
        {
            status.End();
        }
        cancellation.ThrowIfCancellationRequested();
        return output.Kind == SessionOutputKind.Image
            ? await status.TellAsync("exporting to image", vertex => Task.FromResult<string?>(Keep(plan, tree, run, vertex)))
            : await status.TellAsync("exporting to client", vertex => GiveAsync(tree, run, vertex, cancellation));
    }

    private void Check(BuildFile file, DockerfileChecks checks)
    {
        IReadOnlyList<BuildWarning> warnings = checks.Run(file);
        foreach (BuildWarning warning in warnings)
            status.Warn($"{warning.Check}: {warning.Message}", warning.Range.File.Name, warning.Range.Line, warning.Range.EndLine);
        checks.Require(file, warnings);
    }

    private string Keep(BuildPlan plan, BuiltTree tree, BuildRun run, StatusVertex vertex)
    {
        StatusPart layers = vertex.Part("exporting layers");
        BuiltImage image = new(query.Options, run.Outcome);
        layers.Done();
        ImageAssembly assembly = new(images, query.Annotations.OfManifest(TargetPlatform.Parse(query.Options.Platform)));
        string id = ResultImage.Keep(assembly, images, plan, image, tree, run, output.Names);
        vertex.Part($"writing image {id}").Done();
        foreach (Reference name in output.Names) vertex.Part($"naming to {name}").Done();
        return id;
    }

    private async Task<string?> GiveAsync(BuiltTree tree, BuildRun run, StatusVertex vertex, CancellationToken cancellation)
    {
        bool isArchive = output.Kind == SessionOutputKind.Archive;
        StatusPart part = vertex.Part(isArchive ? "sending tarball" : "copying files");
        long sent = 0;
        if (isArchive) sent = await ClientFile.WriteAsync(session, stream => run.Write(tree, stream), cancellation);
        else await run.ReadAsync(tree, async root => sent = await ClientDirectory.WriteAsync(session, root, cancellation));
        part.Done(sent);
        return null;
    }
}
