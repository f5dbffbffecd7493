using Gantry.Api.Builds;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Build;
using Gantry.Build.Dockerfile.Checks;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Build.Results;
using Gantry.Daemon.Images;
using Gantry.Engine.Images;
using Gantry.Registry;

namespace Gantry.Daemon.Build;

/// <summary>One build, from the text of its Dockerfile to a named image, told in Docker's words.</summary>
internal sealed class ImageBuild(Builder builder, ImageStore images, BuildImages bases, BuildQuery query, BuildContexts contexts,
    DockerfileChecks checks, ProgressStream output)
{
    public async Task RunAsync(string dockerfile, CancellationToken cancellation)
    {
        using BuildRun run = builder.Open(contexts.Trees, contexts.Session);
        BuildFile file = Parse(dockerfile, query);
        // What follows is a step's affair, and told as one.
        output.Start();
        BuildPlan plan = await PlanAsync(run, file, cancellation);
        Check(file);
        if (!query.Checks) WarnOfEmptyLines(file);
        BuiltImage image = new(query.Options, run.Outcome);
        ClassicProgress progress = new(plan, new StepNames(plan, image, run.Outcome).After, Say, query.KeepsContainers);
        BuiltTree tree;
        try
        {
            progress.Start();
            IReadOnlyList<BaseImage> sources = [.. query.CacheFrom.Select(name => bases.Known(name, run.Lease)).OfType<BaseImage>()];
            tree = await run.SolveAsync(plan, query.Options, sources, progress, cancellation);
        }
        catch (DockerfileException e)
        {
            progress.End();
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
        catch
        {
            progress.End();
            throw;
        }
        cancellation.ThrowIfCancellationRequested();
        Finish(query.FilesAlone ? Give(plan, image, tree, run) : Keep(plan, image, tree, run), plan);
    }

    /// <summary>Behind the planning, which has fetched the images of which the checks know the variables.</summary>
    private void Check(BuildFile file)
    {
        try
        {
            IReadOnlyList<BuildWarning> warnings = checks.Run(file);
            if (query.Checks && warnings.Count > 0)
                output.Write(new BuildResultMessage { Aux = new BuildResult { Warnings = [.. warnings.Select(DockerfileChecks.Wire)] } },
                    ApiJson.Default.BuildResultMessage);
            checks.Require(file, warnings);
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
    }

    /// <summary>The one thing that Docker's own builder says of the style of a file; who hears the checks hears of it there.</summary>
    private void WarnOfEmptyLines(BuildFile file)
    {
        string[] interrupted = [.. file.Lexed.Interrupted().Select(statement => statement.Text)];
        if (interrupted.Length == 0) return;
        string found = string.Concat(interrupted.Select(text => $"[WARNING]: Empty continuation line found in:\n    {text}\n"));
        Say($"\e[91m{found}[WARNING]: Empty continuation lines will become errors in a future release.\n\e[0m");
    }

    private async Task<BuildPlan> PlanAsync(BuildRun run, BuildFile file, CancellationToken cancellation)
    {
        try
        {
            return await run.PlanAsync(file, query.Options, bases, cancellation);
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
    }

    /// <exception cref="GantryException">Invalid, in Docker's words.</exception>
    public static BuildFile Parse(string dockerfile, BuildQuery query)
    {
        try
        {
            return BuildFile.Parse(dockerfile, query.Dockerfile.Length > 0 ? query.Dockerfile : "Dockerfile");
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, (e.IsSyntax ? "failed to parse Dockerfile: " : "") + e.Message, e);
        }
    }

    private string Keep(BuildPlan plan, BuiltImage image, BuiltTree tree, BuildRun run)
    {
        ImageAssembly assembly = new(images);
        if (image.Describe(plan.Target) is { } described)
            return assembly.Run(BuiltImage.Serialize(described), [.. tree.Layers.Select(layer => layer.Blob)], query.Names, run.Lease).Id;
        if (plan.Target.Base is null) throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");
        Image known = images.ResolveAndPin(plan.Target.Base.Id, null, run.Lease);
        assembly.Name(known, query.Names);
        return known.Id;
    }

    /// <summary>The files of the result, in place of an image.</summary>
    /// <returns>What the image would be called.</returns>
    private string Give(BuildPlan plan, BuiltImage image, BuiltTree tree, BuildRun run)
    {
        FilesStream files = new(output);
        run.Write(tree, files);
        files.Finish();
        return image.IdOf(plan.Target, plan.Target.Steps.Count - 1);
    }

    private void Finish(string id, BuildPlan plan)
    {
        foreach (string warning in query.Warnings.Concat(plan.Warnings)) Say($"{warning}\n");
        if (query.Quiet)
        {
            output.Write(new JsonMessage { Stream = $"{id}\n" });
            return;
        }
        if (id.Length == 0) return;
        output.Write(new BuildResultMessage { Aux = new BuildResult { ID = id } }, ApiJson.Default.BuildResultMessage);
        Say($"Successfully built {id[7..19]}\n");
        foreach (Reference name in query.Names) Say($"Successfully tagged {name.Familiar}\n");
    }

    private void Say(string text)
    {
        if (!query.Quiet) output.Write(new JsonMessage { Stream = text });
    }
}
