using Gantry.Api.Client;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Images;
using Gantry.Cli.Options;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Containers;

/// <summary>Creates a container, fetching its image first where that is asked for or needed.</summary>
internal static class ContainerCreation
{
    private const int NotFound = 404;

    /// <returns>The container's ID.</returns>
    public static string Create(Invocation invocation, ContainerFlags flags, ContainerCreateRequest request)
    {
        using IdFile? file = flags.CidFile.Length > 0 ? new IdFile(flags.CidFile) : null;
        if (flags.Pull == PullPolicy.Always) ImagePuller.Pull(invocation, request.Image, flags.Platform, flags.Quiet);
        ContainerCreateResponse created;
        try
        {
            created = invocation.Client.Containers.Create(request, flags.Name, flags.Platform);
        }
        catch (ApiException e) when (e.Status == NotFound && flags.Pull == PullPolicy.Missing
            && e.Message.Contains("No such image", StringComparison.OrdinalIgnoreCase))
        {
            if (!flags.Quiet) invocation.Error.WriteLine($"Unable to find image '{ImagePuller.WithTag(request.Image)}' locally");
            ImagePuller.Pull(invocation, request.Image, flags.Platform, flags.Quiet);
            created = invocation.Client.Containers.Create(request, flags.Name, flags.Platform);
        }
        foreach (string warning in created.Warnings) invocation.Error.WriteLine($"WARNING: {warning}");
        file?.Write(created.Id);
        return created.Id;
    }

    /// <summary><c>--cidfile</c>: must not exist, and is not left behind when nothing was created.</summary>
    private sealed class IdFile : IDisposable
    {
        private readonly string _path;
        private bool _written;

        public IdFile(string path)
        {
            if (File.Exists(path))
                throw new CliException($"container ID file found, make sure the other container isn't running or delete {path}", 125);
            this._path = path;
            try
            {
                File.WriteAllBytes(path, []);
            }
            catch (Exception e) when (FileFailure.Is(e))
            {
                throw new CliException($"failed to create the container ID file: open {path}: {FileFailure.Text(e)}", 125);
            }
        }

        public void Write(string id)
        {
            File.WriteAllText(_path, id);
            _written = true;
        }

        public void Dispose()
        {
            if (!_written) File.Delete(_path);
        }
    }
}
