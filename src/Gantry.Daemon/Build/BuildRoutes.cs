using System.Text.Json.Serialization.Metadata;
using Gantry.Api.Builds;
using Gantry.Api.Wire;
using Gantry.Build;
using Gantry.Build.Contexts;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Build.Dockerfile.Stages;
using Gantry.Build.Execution;
using Gantry.Build.Sessions;
using Gantry.BuildKit.Progress;
using Gantry.Daemon.Build.Sessions;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Engine.Containers;
using Gantry.Oci.Runtime;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Build;

/// <summary>Images from Dockerfiles: the door of Docker's own builder.</summary>
internal sealed class BuildRoutes(Builder builder, ImagePart images, RunningBuilds running, SessionList<OwnSession> sessions,
    SessionBuilds kit, CgroupSupport cgroups, IReadOnlyList<OciRlimit> defaultRlimits)
{
    public void Map(Router router)
    {
        router.Post("/build", Build);
        router.Post("/build/cancel", Cancel);
        router.Post("/gantry/build/check", Check);
        router.Post("/gantry/build/outline", Outline);
    }

    private async Task Build(RequestContext context)
    {
        BuildQuery query = BuildQuery.Read(context, cgroups, defaultRlimits);
        context.AllowBlocking();
        if (query.HasSession && query.BuildId.StartsWith(UploadedContexts.Prefix, StringComparison.Ordinal))
        {
            await kit.UploadAsync(context, query.BuildId[UploadedContexts.Prefix.Length..]);
            return;
        }
        CancellationTokenSource cancellation = running.Begin(query.BuildId, context.Aborted);
        try
        {
            ProgressStream output = new(context, cancellation.Token);
            await output.RunAsync(() => Failing(context, query, output, query.HasSession ? kit.RunAsync(query, output, cancellation.Token)
                : BuildAsync(context, query, output, cancellation.Token)));
        }
        finally
        {
            running.End(query.BuildId, cancellation);
            builder.TidySoon();
        }
    }

    /// <summary>A command that has failed is told with its exit code, which is the client's then.</summary>
    private static void Failing(RequestContext context, BuildQuery query, ProgressStream output, Task build)
    {
        try
        {
            build.GetAwaiter().GetResult();
        }
        catch (StepFailedException e)
        {
            if (query.HasSession) output.Fail(FailureText.Of(e));
            else output.Fail(e.Message, e.Code);
        }
        catch (OperationCanceledException) when (!context.Aborted.IsCancellationRequested)
        {
            output.Fail("build cancelled");
        }
    }

    private async Task BuildAsync(RequestContext context, BuildQuery query, ProgressStream output, CancellationToken cancellation)
    {
        using BuildContexts contexts = await ReceiveAsync(context, query, cancellation);
        VertexProgress? vertices = query.Vertices ? new VertexProgress(Tell, TimeProvider.System) : null;
        IReadOnlyDictionary<string, Credentials> sent = RegistryCredentials.All(context);
        Func<Reference, CancellationToken, Task<Credentials>> credentials =
            (name, _) => Task.FromResult(BuildImages.CredentialsOf(name, sent));
        BuildImages bases = new(images.Store, images.Pulls, credentials, query.Pull,
            vertices is null ? output.Write : vertices.Fetched);
        StreamVoice voice = new(query, output, vertices);
        await new ImageBuild(builder, images, query, contexts, new BuildClient(voice, bases, credentials), voice, output)
            .RunAsync(cancellation);

        void Tell(BuildProgress news) =>
            output.Write(new BuildResultMessage { Aux = new BuildResult { Progress = news } }, ApiJson.Default.BuildResultMessage);
    }

    private async Task<BuildContexts> ReceiveAsync(RequestContext context, BuildQuery query, CancellationToken cancellation)
    {
        try
        {
            IBuildSession? session = query.ClientSession.Length > 0 ? await sessions.WaitAsync(query.ClientSession, cancellation) : null;
            return await BuildContexts.ReceiveAsync(context.Body, query, session, builder, images.Registries, cancellation);
        }
        catch (DockerfileException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, e.Message, e);
        }
    }

    private DockerfileChecks ChecksOf(BuildQuery query, BuildContexts contexts) => new(images.Store, query, contexts.Ignored);

    /// <summary>Ours, not Docker's: the checks alone, and nothing is built or fetched for them but the context.</summary>
    private Task Check(RequestContext context) => Look(context, ApiJson.Wire.BuildCheckReport, (query, contexts, file) =>
        new BuildCheckReport
        {
            Dockerfile = file.Lexed.Source.Name, Warnings = [.. ChecksOf(query, contexts).Run(file).Select(DockerfileChecks.Wire)],
        });

    /// <summary>Ours, not Docker's: what there is to ask a Dockerfile for.</summary>
    private Task Outline(RequestContext context) =>
        Look(context, ApiJson.Wire.BuildOutlineReport, (query, _, file) => OutlineWire.Of(file, query.Options));

    private async Task Look<T>(RequestContext context, JsonTypeInfo<T> type, Func<BuildQuery, BuildContexts, BuildFile, T> look)
    {
        BuildQuery query = BuildQuery.Read(context, cgroups, defaultRlimits);
        context.AllowBlocking();
        T report = await Task.Run(async () =>
        {
            using BuildContexts contexts = await ReceiveAsync(context, query, context.Aborted);
            BuildFile file = DockerfileText.Parse(contexts.Dockerfile, query);
            try
            {
                return look(query, contexts, file);
            }
            catch (DockerfileException e)
            {
                throw new GantryException(ErrorKind.InvalidArgument, e.Message, e);
            }
        });
        await context.WriteJsonAsync(report, type);
    }

    private Task Cancel(RequestContext context)
    {
        string id = context.Query.Text("id");
        if (id.Length == 0) throw GantryException.Invalid("build ID not provided");
        running.Cancel(id);
        context.Status(200);
        return Task.CompletedTask;
    }
}
