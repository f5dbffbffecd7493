using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Build.Configuration;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Images;

/// <summary>Images as archives: load, save, import.</summary>
internal sealed class ImageArchiveRoutes(ImageStore images, RegistryRoutes registry, RegistrySettings settings)
{
    public void Map(Router router)
    {
        router.Post("/images/load", Load);
        router.Post("/images/create", Create);
        router.Get("/images/get", SaveSeveral);
        router.Get("/images/{name...}/get", SaveOne);
    }

    private Task Load(RequestContext context)
    {
        context.AllowBlocking();
        bool quiet = context.Query.Bool("quiet");
        string? platform = RequestPlatform.Of(context);
        ProgressStream progress = new(context);
        return progress.RunAsync(() =>
            new ImageLoad(images).Run(context.Body, quiet, progress.Write, context.Aborted, platform), failsWithin: true);
    }

    private Task Create(RequestContext context)
    {
        if (context.Query.Text("fromImage").Length > 0) return registry.Pull(context);
        return context.Query.Text("fromSrc") switch
        {
            "" => throw GantryException.Invalid("either fromImage or fromSrc must be given"),
            "-" => ImportAsync(context, new ProgressStream(context), context.Body, "-"),
            var address => ImportFromAsync(context, WebAddress.Parse(address)),
        };
    }

    private async Task ImportFromAsync(RequestContext context, Uri address)
    {
        string source = WebAddress.Shown(address);
        ProgressStream progress = new(context);
        (Stream archive, _) = await WebAddress.OpenAsync(address, settings.Proxies(),
            () => progress.Write(new JsonMessage { Status = $"Downloading from {source}" }), context.Aborted);
        await using Stream owned = archive;
        await ImportAsync(context, progress, archive, source);
    }

    private Task ImportAsync(RequestContext context, ProgressStream progress, Stream archive, string source)
    {
        context.AllowBlocking();
        return progress.RunAsync(() =>
        {
            RequestQuery query = context.Query;
            Image image = new ImageImport(images).Run(archive, query.Text("repo"), query.Text("tag"),
                query.Text("message"),
                config => ImageChanges.Apply(config, query.All("changes")), context.Aborted, RequestPlatform.OfCreate(context), source);
            progress.Write(new JsonMessage { Status = image.Id });
        });
    }

    private Task SaveOne(RequestContext context) => SaveAsync(context, [context["name"]]);

    /// <remarks>Old clients repeat the parameter, some join the names with commas.</remarks>
    private Task SaveSeveral(RequestContext context) =>
        SaveAsync(context, [.. context.Query.All("names").SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))]);

    private async Task SaveAsync(RequestContext context, IReadOnlyList<string> names)
    {
        using SavedImages saved = new ImageSave(images).Prepare(names, RequestPlatform.Of(context));
        context.AllowBlocking();
        Stream output = await context.StartStreamAsync("application/x-tar");
        await Task.Factory.StartNew(() => saved.Write(output), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
