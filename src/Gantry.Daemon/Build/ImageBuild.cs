using System.Text;
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
using Gantry.Oci.Image;
using Gantry.Registry;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>One build, from the text of its Dockerfile to a named image.</summary>
/// <param name="vertices">Tells it step by step; null where it is told in Docker's words.</param>
internal sealed class ImageBuild(Builder builder, ImagePart parts, BuildImages bases, BuildQuery query, BuildContexts contexts,
    DockerfileChecks checks, ProgressStream output, VertexProgress? vertices)
{
    /// <summary>Characters that are kept of what a quiet build does not tell: its end, should it fail.</summary>
    private const int MostUntold = 1 << 20;

    private readonly StringBuilder _untold = new();

    private ImageStore Images => parts.Store;

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
        IBuildReport report = vertices
            ?? (IBuildReport)new ClassicProgress(plan, new StepNames(plan, image, run.Outcome).After, Say, query.KeepsContainers);
        using ElsewhereCaches elsewhere = new(parts, query, bases.CredentialsOf, contexts.Trees, Say);
        BuiltTree tree;
        try
        {
            report.Start();
            IReadOnlyList<BaseImage> sources = [.. query.CacheFrom.Select(name => bases.Known(name, run.Lease)).OfType<BaseImage>(),
                .. await elsewhere.OpenAsync(run.Lease, cancellation)];
            tree = await run.SolveAsync(plan, query.Options, sources, report, cancellation);
        }
        catch (DockerfileException e)
        {
            report.End();
            TellAfterAll();
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
        catch
        {
            report.End();
            TellAfterAll();
            throw;
        }
        cancellation.ThrowIfCancellationRequested();
        await elsewhere.ExportAsync(plan, image, vertex => run.Outcome(vertex)?.Tree, run.Lease,
            write => Give(write, piece => new BuildResult { Cache = piece }), cancellation);
        Finish(Give(plan, image, tree, run, cancellation), plan, report);
    }

    /// <summary>Behind the planning, which has fetched the images of which the checks know the variables.</summary>
    private void Check(BuildFile file)
    {
        try
        {
            if (!query.Checks && !checks.AreRequired(file)) return;
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
            BuildPlan plan = await run.PlanAsync(file, query.Options, bases, cancellation);
            vertices?.Planned(plan);
            return plan;
        }
        catch (DockerfileException e)
        {
            vertices?.End();
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
        catch
        {
            vertices?.End();
            throw;
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

    /// <returns>What the image is called, or would be.</returns>
    private string Give(BuildPlan plan, BuiltImage image, BuiltTree tree, BuildRun run, CancellationToken cancellation)
    {
        OciImage? described = image.Describe(plan.Target);
        if (query.Options.Squash && described is not null)
            (described, tree) = Squash(plan, described, tree, run, cancellation);
        byte[]? configuration = described is null ? null : BuiltImage.Serialize(described);
        if (query.Output == BuildOutput.Files)
        {
            Give(files => run.Write(tree, files), Files);
            return configuration is not null ? Digest.Of(configuration) : plan.Target.Base?.Id ?? "";
        }
        Image made = Assemble(configuration, plan, tree, run.Lease);
        if (query.Output == BuildOutput.ImageArchive)
            using (SavedImages saved = new ImageSave(Images).Prepare(made, query.Names)) Give(saved.Write, Files);
        return made.Id;
    }

    private (OciImage Image, BuiltTree Tree) Squash(BuildPlan plan, OciImage image, BuiltTree tree, BuildRun run,
        CancellationToken cancellation)
    {
        BuiltTree below = plan.Target.Base?.Tree ?? BuiltTree.Empty;
        TreeLayer? layer = run.Squash(below, tree, query.Options.Latest, cancellation);
        string id = Digest.Of(BuiltImage.Serialize(image));
        return (SquashedImage.Of(image, id, plan.Target.Base, layer, query.Options.Latest ?? DateTimeOffset.UtcNow), below.With(layer));
    }

    /// <param name="configuration">Null for an image that is as it was.</param>
    private Image Assemble(byte[]? configuration, BuildPlan plan, BuiltTree tree, Lease lease)
    {
        ImageAssembly assembly = new(Images, query.Annotations);
        IReadOnlyList<Oci.Image.Descriptor> layers = [.. tree.Layers.Select(layer => layer.Blob)];
        if (configuration is null && plan.Target.Base is null)
            throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");
        if (configuration is null)
        {
            Image known = Images.ResolveAndPin(plan.Target.Base!.Id, null, lease);
            return query.Output == BuildOutput.Image ? assembly.Keep(known, query.Names, lease)
                : assembly.Describe(known, lease);
        }
        return query.Output == BuildOutput.Image ? assembly.Run(configuration, layers, query.Names, lease)
            : assembly.Describe(configuration, layers, lease);
    }

    private static BuildResult Files(byte[] piece) => new() { Files = piece };

    /// <summary>An archive within the answer.</summary>
    /// <param name="line">For a piece of it.</param>
    private void Give(Action<Stream> write, Func<byte[], BuildResult> line)
    {
        FilesStream files = new(output, line);
        write(files);
        files.Finish();
    }

    private void Finish(string id, BuildPlan plan, IBuildReport report)
    {
        foreach (string warning in query.Warnings.Concat(plan.Warnings)) Say($"{warning}\n");
        if (query.Quiet)
        {
            output.Write(new JsonMessage { Stream = $"{id}\n" });
            return;
        }
        if (id.Length == 0) return;
        output.Write(new BuildResultMessage { Aux = new BuildResult { ID = id } }, ApiJson.Default.BuildResultMessage);
        report.Made(id, query.Output == BuildOutput.Image ? query.Names.Select(name => name.Familiar) : []);
    }

    private void Say(string text)
    {
        if (!query.Quiet)
        {
            output.Write(new JsonMessage { Stream = text });
            return;
        }
        _untold.Append(text);
        if (_untold.Length > 2 * MostUntold) _untold.Remove(0, _untold.Length - MostUntold);
    }

    /// <summary>Who asked for nothing but the result wants to know why there is none.</summary>
    private void TellAfterAll()
    {
        if (_untold.Length > 0) output.Write(new JsonMessage { Stream = _untold.ToString() });
    }
}
