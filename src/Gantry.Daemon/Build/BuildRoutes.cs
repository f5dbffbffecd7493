using Gantry.Api.Builds;
using Gantry.Api.Images;
using Gantry.Api.Wire;
using Gantry.Build;
using Gantry.Build.Execution;
using Gantry.Build.Solver;
using Gantry.Daemon.Http;
using Gantry.Daemon.Images;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Build;

/// <summary>Images from Dockerfiles: the door of Docker's own builder.</summary>
internal sealed class BuildRoutes(Builder builder, ImagePart images, RunningBuilds running, CgroupSupport cgroups, string directory)
{
    public void Map(Router router)
    {
        router.Post("/build", Build);
        router.Post("/build/cancel", Cancel);
        router.Post("/session", Session);
        router.Post("/grpc", Session);
    }

    private async Task Build(RequestContext context)
    {
        BuildQuery query = BuildQuery.Read(context, cgroups);
        context.AllowBlocking();
        CancellationTokenSource cancellation = running.Begin(query.BuildId, context.Aborted);
        try
        {
            ProgressStream output = new(context);
            await output.RunAsync(() => Failing(output, BuildAsync(context, query, output, cancellation.Token)));
        }
        finally
        {
            running.End(query.BuildId, cancellation);
        }
    }

    /// <summary>A command that has failed is told with its exit code, which is the client's then.</summary>
    private static void Failing(ProgressStream output, Task build)
    {
        try
        {
            build.GetAwaiter().GetResult();
        }
        catch (StepFailedException e)
        {
            output.Write(new JsonMessage { Error = e.Message, ErrorDetail = new ErrorDetail { Code = e.Code, Message = e.Message } });
        }
    }

    private async Task BuildAsync(RequestContext context, BuildQuery query, ProgressStream output, CancellationToken cancellation)
    {
        string place = Path.Combine(directory, "contexts", StepId.New()[..16]);
        Directory.CreateDirectory(place);
        using (Linux.Trees.DirectoryHandle root = Linux.Trees.DirectoryHandle.Open(place))
            Storage.Layers.TreeExtract.Run(root, context.Body, new Storage.Layers.ExtractRules(), cancellation);
        BuildImages bases = new(images.Store, images.Pulls, RegistryCredentials.All(context), query.Pull, output.Write);
        string text = await File.ReadAllTextAsync(Path.Combine(place, query.Dockerfile.Length > 0 ? query.Dockerfile : "Dockerfile"), cancellation);
        using Linux.Trees.DirectoryHandle root2 = Linux.Trees.DirectoryHandle.Open(place);
        await new ImageBuild(builder, images.Store, bases, query, new Gantry.Build.Files.RootTree(root2), output).RunAsync(text, cancellation);
        builder.Cache.Settle();
    }

    private Task Cancel(RequestContext context)
    {
        string id = context.Query.Text("id");
        if (id.Length == 0) throw GantryException.Invalid("build ID not provided");
        running.Cancel(id);
        context.Status(200);
        return Task.CompletedTask;
    }

    /// <summary>How a client's builder offers its files; it falls back to the plain one when it is told no.</summary>
    private static Task Session(RequestContext context)
    {
        if (context.Header("Upgrade").Length == 0) throw GantryException.Invalid("no upgrade proto in request");
        throw GantryException.Unsupported("this engine has no builder that talks to its client: sessions are not supported");
    }
}
