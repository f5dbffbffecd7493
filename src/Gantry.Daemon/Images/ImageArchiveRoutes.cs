using Gantry.Api;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Registry;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Daemon.Images;

/// <summary>Images as archives: load, save, import; and what would need a registry.</summary>
internal static class ImageArchiveRoutes
{
    public static void Map(Router router)
    {
        router.Post("/images/load", Load);
        router.Post("/images/create", Create);
        router.Get("/images/get", SaveSeveral);
        router.Get("/images/{name...}/get", SaveOne);
        router.Get("/images/search", Search);
        router.Post("/images/{name...}/push", Push);
    }

    private static Task Load(RequestContext context)
    {
        AllowBlocking(context);
        bool quiet = context.Query.Bool("quiet");
        ProgressStream progress = new(context);
        return progress.RunAsync(() => new ImageLoad(context.Services.Images).Run(context.Body, quiet, progress.Write, context.Aborted));
    }

    private static Task Create(RequestContext context)
    {
        if (context.Query.Text("fromImage") is { Length: > 0 } wanted) throw CannotPull(context, wanted);
        string source = context.Query.Text("fromSrc");
        if (source != "-") throw source.Length == 0
            ? GantryException.Invalid("either fromImage or fromSrc must be given")
            : GantryException.Unsupported($"import from an address ({source}) is not supported; send the archive itself (fromSrc=-)");
        AllowBlocking(context);
        ProgressStream progress = new(context);
        return progress.RunAsync(() =>
        {
            RequestQuery query = context.Query;
            Image image = new ImageImport(context.Services.Images).Run(context.Body, query.Text("repo"), query.Text("tag"), query.Text("message"), query.All("changes"), context.Aborted);
            progress.Write(new JsonMessage { Status = image.Id });
        });
    }

    private static GantryException CannotPull(RequestContext context, string wanted)
    {
        string tag = context.Query.Text("tag");
        Reference name = Reference.Parse(wanted);
        if (tag.Length > 0) name = Reference.Parse(tag.Contains(':') ? $"{name.Name}@{tag}" : $"{name.Name}:{tag}");
        name = name.WithDefaultTag();
        const string remedy = "load an archive (docker load, docker import) instead";
        try
        {
            context.Services.Images.Resolve(name.ToString());
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            return GantryException.Unsupported($"cannot pull {name.Familiar}: this release does not pull from registries; {remedy}");
        }
        return GantryException.Unsupported($"cannot pull {name.Familiar}: this release does not pull from registries; an image of that name is here already and can be used as it is");
    }

    private static Task SaveOne(RequestContext context) => SaveAsync(context, [context["name"]]);

    /// <remarks>Old clients repeat the parameter, some join the names with commas.</remarks>
    private static Task SaveSeveral(RequestContext context) =>
        SaveAsync(context, [.. context.Query.All("names").SelectMany(names => names.Split(',', StringSplitOptions.RemoveEmptyEntries))]);

    private static async Task SaveAsync(RequestContext context, IReadOnlyList<string> names)
    {
        using SavedImages saved = new ImageSave(context.Services.Images).Prepare(names);
        AllowBlocking(context);
        Stream output = await context.StartStreamAsync("application/x-tar");
        await Task.Factory.StartNew(() => saved.Write(output), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static Task Search(RequestContext context) => throw GantryException.Unsupported("this release does not search registries");

    private static Task Push(RequestContext context)
    {
        context.Services.Images.Resolve(context["name"]);
        throw GantryException.Unsupported("this release does not push to registries; docker save writes an archive instead");
    }

    /// <summary>Archives are read and written by blocking code on a thread of its own: decompressors and file systems have nothing better to offer.</summary>
    private static void AllowBlocking(RequestContext context)
    {
        if (context.Http.Features.Get<IHttpBodyControlFeature>() is { } control) control.AllowSynchronousIO = true;
    }
}
