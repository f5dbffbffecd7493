using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;

namespace Gantry.Daemon.Images;

/// <summary>Images as archives: load, save, import.</summary>
internal static class ImageArchiveRoutes
{
    public static void Map(Router router)
    {
        router.Post("/images/load", Load);
        router.Post("/images/create", Create);
        router.Get("/images/get", SaveSeveral);
        router.Get("/images/{name...}/get", SaveOne);
    }

    private static Task Load(RequestContext context)
    {
        context.AllowBlocking();
        bool quiet = context.Query.Bool("quiet");
        string? platform = RequestPlatform.Of(context);
        ProgressStream progress = new(context);
        return progress.RunAsync(() =>
            new ImageLoad(context.Services.Images).Run(context.Body, quiet, progress.Write, context.Aborted, platform), failsWithin: true);
    }

    private static Task Create(RequestContext context)
    {
        if (context.Query.Text("fromImage").Length > 0) return RegistryRoutes.Pull(context);
        return context.Query.Text("fromSrc") switch
        {
            "" => throw GantryException.Invalid("either fromImage or fromSrc must be given"),
            "-" => ImportAsync(context, new ProgressStream(context), context.Body, "-"),
            var address => ImportFromAsync(context, ImportAddress.Parse(address)),
        };
    }

    private static async Task ImportFromAsync(RequestContext context, Uri address)
    {
        string source = ImportAddress.Shown(address);
        ProgressStream progress = new(context);
        await using Stream archive = await ImportAddress.OpenAsync(address, context.Services.Proxies(),
            () => progress.Write(new JsonMessage { Status = $"Downloading from {source}" }), context.Aborted);
        await ImportAsync(context, progress, archive, source);
    }

    private static Task ImportAsync(RequestContext context, ProgressStream progress, Stream archive, string source)
    {
        context.AllowBlocking();
        return progress.RunAsync(() =>
        {
            RequestQuery query = context.Query;
            Image image = new ImageImport(context.Services.Images).Run(archive, query.Text("repo"), query.Text("tag"),
                query.Text("message"), query.All("changes"), context.Aborted, RequestPlatform.OfCreate(context), source);
            progress.Write(new JsonMessage { Status = image.Id });
        });
    }

    private static Task SaveOne(RequestContext context) => SaveAsync(context, [context["name"]]);

    /// <remarks>Old clients repeat the parameter, some join the names with commas.</remarks>
    private static Task SaveSeveral(RequestContext context) =>
        SaveAsync(context, [.. context.Query.All("names").SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))]);

    private static async Task SaveAsync(RequestContext context, IReadOnlyList<string> names)
    {
        using SavedImages saved = new ImageSave(context.Services.Images).Prepare(names, RequestPlatform.Of(context));
        context.AllowBlocking();
        Stream output = await context.StartStreamAsync("application/x-tar");
        await Task.Factory.StartNew(() => saved.Write(output), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
