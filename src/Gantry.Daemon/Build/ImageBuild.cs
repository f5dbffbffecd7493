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
using Gantry.Engine.Images.Indexes;
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
        BuildFile file = Parse(dockerfile, query);
        ImageAttestation attestation = new(query, dockerfile, DateTimeOffset.UtcNow, Say);
        // What follows is a step's affair, and told as one.
        output.Start();
        List<SolvedBuild> solved = [];
        try
        {
            foreach (string? platform in query.Platforms)
                solved.Add(await SolveAsync(file, query.Options with { Platform = platform }, isFirst: solved.Count == 0, cancellation));
            Image? image = null;
            string id = query.GivesIndex ? (image = await GiveIndexAsync(solved, attestation, cancellation)).Id
                : Give(solved[0], cancellation);
            Finish(id, image?.Index?.Descriptor.Digest, solved[0].Plan, solved[^1].Report);
        }
        finally
        {
            foreach (SolvedBuild one in solved) one.Dispose();
        }
    }

    private async Task<SolvedBuild> SolveAsync(BuildFile file, BuildOptions options, bool isFirst, CancellationToken cancellation)
    {
        BuildRun run = builder.Open(contexts.Trees, contexts.Session);
        try
        {
            return await SolveAsync(run, file, options, isFirst, cancellation);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    private async Task<SolvedBuild> SolveAsync(BuildRun run, BuildFile file, BuildOptions options, bool isFirst,
        CancellationToken cancellation)
    {
        NotedImages noted = new(bases, Images);
        BuildPlan plan = await PlanAsync(run, file, options, noted, cancellation);
        // What another platform takes is not known yet.
        if (query.Platforms.Count == 1) contexts.Narrow(plan);
        if (isFirst) Check(file);
        if (isFirst && !query.Checks) WarnOfEmptyLines(file);
        if (query.Platforms.Count > 1 && vertices is null) Say($"Platform {options.Platform}\n");
        BuiltImage image = new(options, run.Outcome);
        IBuildReport report = vertices
            ?? (IBuildReport)new ClassicProgress(plan, new StepNames(plan, image, run.Outcome).After, Say, query.KeepsContainers);
        using ElsewhereCaches elsewhere = new(parts, query, bases.CredentialsOf, contexts.Trees, Say);
        BuiltTree tree;
        try
        {
            report.Start();
            IReadOnlyList<BaseImage> sources = [.. query.CacheFrom.Select(name => bases.Known(name, run.Lease)).OfType<BaseImage>(),
                .. await elsewhere.OpenAsync(run.Lease, cancellation)];
            tree = await run.SolveAsync(plan, options, sources, report, cancellation);
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
        return new SolvedBuild(run, options, plan, image, tree, report) { Materials = noted.All };
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

    private async Task<BuildPlan> PlanAsync(BuildRun run, BuildFile file, BuildOptions options, IBaseImages images,
        CancellationToken cancellation)
    {
        try
        {
            BuildPlan plan = await run.PlanAsync(file, options, images, cancellation);
            vertices?.Planned(plan, query.Platforms.Count > 1 ? options.Platform! : "");
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
    private string Give(SolvedBuild solved, CancellationToken cancellation)
    {
        (OciImage? described, BuiltTree tree) = Describe(solved, cancellation);
        if (query.Output == BuildOutput.Files)
        {
            Give(files => solved.Run.Write(tree, files), Files);
            return described is not null ? Digest.Of(BuiltImage.Serialize(described)) : solved.Plan.Target.Base?.Id ?? "";
        }
        ImageAssembly assembly = new(Images, query.Annotations.OfManifest(solved.Platform));
        bool isKept = query.Output == BuildOutput.Image;
        Lease lease = solved.Run.Lease;
        Image made = described is not null
            ? isKept ? assembly.Run(BuiltImage.Serialize(described), Blobs(tree), query.Names, lease)
                : assembly.Describe(BuiltImage.Serialize(described), Blobs(tree), lease)
            : isKept ? assembly.Keep(Known(solved), query.Names, lease) : assembly.Describe(Known(solved), lease);
        if (!isKept) Archive(made);
        return made.Id;
    }

    /// <summary>The images for all platforms, and the index that lists them.</summary>
    private async Task<Image> GiveIndexAsync(IReadOnlyList<SolvedBuild> solved, ImageAttestation attestation,
        CancellationToken cancellation)
    {
        List<IndexPart> all = [];
        foreach (SolvedBuild one in solved)
        {
            (OciImage? described, BuiltTree tree) = Describe(one, cancellation);
            ImageAssembly assembly = new(Images, new Dictionary<string, string>());
            Image image = described is null ? Known(one)
                : assembly.Describe(BuiltImage.Serialize(described), Blobs(tree), one.Run.Lease);
            all.Add(new IndexPart(image, one.Platform)
            {
                Annotations = query.Annotations.OfManifest(one.Platform),
                DescriptorAnnotations = query.Annotations.OfDescriptor(one.Platform),
                Attest = await attestation.OfAsync(one, tree),
            });
        }
        IndexAssembly index = new(Images, parts.Registries.Compression(""), query.Annotations.OfIndex);
        Lease lease = solved[0].Run.Lease;
        if (query.Output == BuildOutput.Image) return await index.RunAsync(all, query.Names, lease, cancellation);
        Image made = await index.DescribeAsync(all, lease, cancellation);
        Archive(made);
        return made;
    }

    private void Archive(Image made)
    {
        using SavedImages saved = new ImageSave(Images).Prepare(made, query.Names);
        Give(saved.Write, Files);
    }

    /// <returns>Null for an image that is as it was.</returns>
    private (OciImage? Image, BuiltTree Tree) Describe(SolvedBuild solved, CancellationToken cancellation)
    {
        OciImage? described = solved.Image.Describe(solved.Plan.Target);
        if (!solved.Options.Squash || described is null) return (described, solved.Tree);
        PlannedStage target = solved.Plan.Target;
        BuiltTree below = target.Base?.Tree ?? BuiltTree.Empty;
        TreeLayer? layer = solved.Run.Squash(below, solved.Tree, solved.Options.Latest, cancellation);
        string id = Digest.Of(BuiltImage.Serialize(described));
        return (SquashedImage.Of(described, id, target.Base, layer, solved.Options.Latest ?? DateTimeOffset.UtcNow), below.With(layer));
    }

    /// <summary>That a build began from and has changed nothing of.</summary>
    private Image Known(SolvedBuild solved) => solved.Plan.Target.Base is { } known
        ? Images.ResolveAndPin(known.Id, null, solved.Run.Lease)
        : throw GantryException.Invalid("No image was generated. Is your Dockerfile empty?");

    private static IReadOnlyList<Oci.Image.Descriptor> Blobs(BuiltTree tree) => [.. tree.Layers.Select(layer => layer.Blob)];

    private static BuildResult Files(byte[] piece) => new() { Files = piece };

    /// <summary>An archive within the answer.</summary>
    /// <param name="line">For a piece of it.</param>
    private void Give(Action<Stream> write, Func<byte[], BuildResult> line)
    {
        FilesStream files = new(output, line);
        write(files);
        files.Finish();
    }

    private void Finish(string id, string? index, BuildPlan plan, IBuildReport report)
    {
        foreach (string warning in query.Warnings.Concat(plan.Warnings)) Say($"{warning}\n");
        if (query.Quiet)
        {
            if (index is not null)
                output.Write(new BuildResultMessage { Aux = new BuildResult { Index = index } }, ApiJson.Default.BuildResultMessage);
            output.Write(new JsonMessage { Stream = $"{id}\n" });
            return;
        }
        if (id.Length == 0) return;
        output.Write(new BuildResultMessage { Aux = new BuildResult { ID = id, Index = index } }, ApiJson.Default.BuildResultMessage);
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
