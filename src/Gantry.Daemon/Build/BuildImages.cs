using Gantry.Api.Images;
using Gantry.Build.Graph;
using Gantry.Build.Planning;
using Gantry.Engine.Images;
using Gantry.Engine.Images.Pull;
using Gantry.Registry;
using Gantry.Registry.Authorization;
using Gantry.Storage.Roots;

namespace Gantry.Daemon.Build;

/// <summary>The images that a build begins from: those that are here, or are pulled.</summary>
/// <param name="credentials">Asked for when an image is pulled.</param>
/// <param name="pull">A newer one is looked for.</param>
internal sealed class BuildImages(ImageStore images, ImagePull pulls, Func<Reference, CancellationToken, Task<Credentials>> credentials,
    bool pull, Action<JsonMessage> report) : IBaseImages
{
    /// <summary>What clients call Docker's own registry in their file.</summary>
    private static readonly string[] OwnRegistry = ["https://index.docker.io/v1/", "index.docker.io", Reference.DefaultDomain];

    public async Task<BaseImage> FindAsync(string reference, string? platform, Lease lease, CancellationToken cancellation)
    {
        bool isId = images.TryResolve(reference) is { } known
            && (known.Id.StartsWith(reference, StringComparison.Ordinal) || (reference.Length >= 12 && known.Id[7..].StartsWith(reference,
                StringComparison.Ordinal)));
        if (!isId && (pull || !IsHere(reference, platform)))
        {
            Reference name = Reference.Parse(reference).WithDefaultTag();
            await PullAsync(name, platform, cancellation);
        }
        return KnownImage.Describe(images.ResolveAndPin(reference, platform, lease));
    }

    private async Task PullAsync(Reference name, string? platform, CancellationToken cancellation)
    {
        try
        {
            await pulls.RunAsync(name, platform, await credentials(name, cancellation), report, cancellation);
        }
        catch (GantryException e) when (!e.Message.Contains(name.FamiliarName, StringComparison.Ordinal))
        {
            // A file may begin from several.
            throw new GantryException(e.Kind, $"pull of {name.Familiar}: {e.Message}", e);
        }
    }

    private bool IsHere(string reference, string? platform)
    {
        try
        {
            images.Resolve(reference, platform);
            return true;
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound)
        {
            return false;
        }
    }

    /// <param name="known">By registry, as the client's file names it.</param>
    public static Credentials CredentialsOf(Reference name, IReadOnlyDictionary<string, Credentials> known)
    {
        IEnumerable<string> names = name.Domain == Reference.DefaultDomain ? OwnRegistry : [name.Domain, $"https://{name.Domain}"];
        return names.Select(key => known.GetValueOrDefault(key)).FirstOrDefault(found => found is not null) ?? Credentials.None;
    }
}
