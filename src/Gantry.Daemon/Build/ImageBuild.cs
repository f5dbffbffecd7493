using Gantry.Api.Builds;
using Gantry.Build;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Daemon.Images;
using Gantry.Engine.Images;
using Gantry.Oci.Image;

namespace Gantry.Daemon.Build;

/// <summary>One build by <c>POST /build</c>, from the text of its Dockerfile to what its client has asked for.</summary>
internal sealed class ImageBuild(Builder builder, ImagePart parts, BuildQuery query, BuildContexts contexts, BuildClient client,
    StreamVoice voice, ProgressStream output)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        DateTimeOffset begun = DateTimeOffset.UtcNow;
        BuildFile file = DockerfileText.Parse(contexts.Dockerfile, query);
        // What follows is a step's affair, and told as one.
        output.Start();
        IReadOnlyList<SolvedBuild> solved = await SolveAsync(file, cancellation);
        try
        {
            (string id, string? index) = await GiveAsync(solved, begun, cancellation);
            foreach (string warning in query.Warnings.Concat(solved[0].Plan.Warnings)) voice.Say($"{warning}\n");
            voice.Made(id, index, query.Output.Kind == BuildOutputKind.Image ? query.Output.Names.Select(name => name.Familiar) : []);
        }
        finally
        {
            foreach (SolvedBuild one in solved) one.Dispose();
        }
    }

    private async Task<IReadOnlyList<SolvedBuild>> SolveAsync(BuildFile file, CancellationToken cancellation)
    {
        try
        {
            return await new BuildSolve(builder, parts, query, contexts, client).RunAsync(file, cancellation);
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Reason, e);
        }
    }

    /// <returns>What the image is called, or would be; and the digest of its index, should it have one.</returns>
    private async Task<(string Id, string? Index)> GiveAsync(IReadOnlyList<SolvedBuild> solved, DateTimeOffset begun,
        CancellationToken cancellation)
    {
        if (query.Output.Kind == BuildOutputKind.FileArchive)
        {
            SolvedBuild one = solved[0];
            voice.Give(ResultTrees.Of(solved, query.Output, solved.Count > 1).Write, Files);
            return (one.Described is not null ? Digest.Of(one.Configuration) : one.Plan.Target.Base?.Id ?? "", null);
        }
        bool isKept = query.Output.Kind == BuildOutputKind.Image;
        ImageAttestation? attestation = query.Attestations.IsEmpty ? null
            : new ImageAttestation(query, contexts.Dockerfile, begun, voice.Say);
        Image made = await new ResultImage(parts, query.Output.Annotations, attestation)
            .MakeAsync(solved, isKept ? query.Output.Names : null, cancellation);
        if (!isKept)
        {
            using SavedImages saved = new ImageSave(parts.Store).Prepare(made, query.Output.Names);
            voice.Give(saved.Write, Files);
        }
        return (made.Id, query.GivesIndex ? made.Index?.Descriptor.Digest : null);
    }

    private static BuildResult Files(byte[] piece) => new() { Files = piece };
}
