using Gantry.Api.Client;
using Gantry.Api.Images;
using Gantry.Daemon.Http;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Engine.Images.Push;
using Gantry.Registry;
using Gantry.Registry.Authorization;

namespace Gantry.Daemon.Images;

/// <summary>Images from and to registries.</summary>
internal sealed class RegistryRoutes(ImageStore images, ImagePull pulls, ImagePush pushes, RegistrySettings settings)
{
    public void Map(Router router) => router.Post("/images/{name...}/push", Push);

    /// <summary>One tag or digest; every tag when none is named.</summary>
    public Task Pull(RequestContext context)
    {
        string tag = context.Query.Text("tag");
        string? platform = RequestPlatform.OfCreate(context);
        Reference name = Reference.Parse(context.Query.Text("fromImage"));
        if (name.FamiliarName == "scratch") throw new GantryException(ErrorKind.Forbidden, "'scratch' is a reserved name");
        // A digest says all.
        if (tag.Length > 0 && name.Digest is null) name = name.With(tag);
        Credentials credentials = RegistryCredentials.Of(context);
        ProgressStream progress = new(context);
        return progress.RunAsync(() =>
            (name.IsNameOnly ? pulls.RunAllAsync(name, platform, credentials, progress.Write, context.Aborted)
                : pulls.RunAsync(name, platform, credentials, progress.Write, context.Aborted)).GetAwaiter().GetResult());
    }

    private async Task Push(RequestContext context)
    {
        string tag = context.Query.Text("tag");
        Reference name = Reference.Parse(context["name"]);
        if (tag.Length > 0 && name.Digest is null) name = name.With(tag);
        if (name.Digest is not null) throw GantryException.Invalid("cannot push a digest reference");
        string? platform = context.Version < new ApiVersion(1, 46) ? null : RequestPlatform.Of(context);
        IReadOnlyList<Reference> names = name.Tag is null ? images.TagsIn(name) : [name];
        if (names.Count == 0) throw GantryException.NotFound($"An image does not exist locally with the tag: {name.FamiliarName}");
        Credentials credentials = await RegistryCredentials.OfPushAsync(context);
        CompressionKind compression = settings.Compression(context.Query.Text("compression"));
        ProgressStream progress = new(context);
        await progress.RunAsync(() =>
        {
            foreach (Reference one in names)
            {
                Oci.Image.Descriptor pushed = pushes.RunAsync(one, platform, compression, credentials, progress.Write,
                    context.Aborted).GetAwaiter().GetResult();
                progress.Write(new JsonMessage { ProgressDetail = new ProgressDetail(),
                    Aux = new PushResult { Tag = one.Tag!, Digest = pushed.Digest, Size = pushed.Size } });
            }
        });
    }
}
