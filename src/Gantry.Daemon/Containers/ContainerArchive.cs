using System.Text.Json;
using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Api.Host;
using Gantry.Api.Wire;
using Gantry.Build.Configuration;
using Gantry.Daemon.Http;
using Gantry.Engine;
using Gantry.Engine.Containers.Files;

namespace Gantry.Daemon.Containers;

/// <summary>A container's files: copied out and in, exported, compared with the image, made into an image.</summary>
internal sealed class ContainerArchive(ContainerEngine containers)
{
    private const string StatusHeader = "X-Docker-Container-Path-Stat";

    public void Map(Router router)
    {
        router.Get("/containers/{id}/changes", Changes);
        router.Get("/containers/{id}/export", Export);
        router.Head("/containers/{id}/archive", Status);
        router.Get("/containers/{id}/archive", Get);
        router.Put("/containers/{id}/archive", Put);
        router.Post("/commit", Commit);
    }

    private Task Changes(RequestContext context) =>
        context.WriteJsonAsync(containers.Files.Changes(context["id"]), ApiJson.Wire.ListFilesystemChange);

    private async Task Export(RequestContext context)
    {
        using ContainerExport export = await containers.Files.ExportAsync(context["id"], context.Aborted);
        context.AllowBlocking();
        await WriteAsync(context, "application/octet-stream", export.Write);
    }

    private async Task Status(RequestContext context)
    {
        using Engine.Containers.Files.ContainerArchive archive = await OpenAsync(context);
        context.Status(200);
    }

    private async Task Get(RequestContext context)
    {
        using Engine.Containers.Files.ContainerArchive archive = await OpenAsync(context);
        context.AllowBlocking();
        await WriteAsync(context, "application/x-tar", archive.Write);
    }

    private async Task Put(RequestContext context)
    {
        context.AllowBlocking();
        await containers.Files.ExtractArchiveAsync(context["id"], context.Query.Path("path"), context.Body,
            context.Query.Bool("copyUIDGID"), context.Query.Bool("noOverwriteDirNonDir"), context.Aborted);
        context.Status(200);
    }

    private async Task Commit(RequestContext context)
    {
        CommitRequest request = new()
        {
            Repository = context.Query.Text("repo"), Tag = context.Query.Text("tag"), Comment = context.Query.Text("comment"),
            Author = context.Query.Text("author"),
            Pause = context.Query.Bool("pause", absent: true), Change = config => ImageChanges.Apply(config, context.Query.All("changes")),
            Config = await context.ReadJsonAsync(ApiJson.Wire.ContainerConfig),
        };
        if (context.Query.Text("container").Length == 0) throw GantryException.Invalid("invalid name or ID supplied: \"\"");
        string id = await containers.Commit.RunAsync(context.Query.Text("container"), request, context.Aborted);
        await context.WriteJsonAsync(new IdResponse { Id = id }, ApiJson.Wire.IdResponse, 201);
    }

    private async Task<Engine.Containers.Files.ContainerArchive> OpenAsync(RequestContext context)
    {
        Engine.Containers.Files.ContainerArchive archive =
            await containers.Files.OpenArchiveAsync(context["id"], context.Query.Path("path"), context.Aborted);
        context.AnswerHeaders[StatusHeader] =
            Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(archive.Status, ApiJson.Wire.ContainerPathStatus));
        return archive;
    }

    private static async Task WriteAsync(RequestContext context, string type, Action<Stream> write)
    {
        Stream output = await context.StartStreamAsync(type);
        await Task.Factory.StartNew(() =>
        {
            using BufferedStream buffer = new(output, 128 << 10);
            write(buffer);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
