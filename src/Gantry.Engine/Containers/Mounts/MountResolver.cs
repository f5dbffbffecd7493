using Gantry.Api.Containers;
using Gantry.Api.Volumes;
using Gantry.Engine.Containers.Checks;
using Gantry.Engine.Volumes;
using Gantry.Linux;
using Gantry.Storage;

namespace Gantry.Engine.Containers.Mounts;

/// <summary>Brings together all the ways to ask for a mount: <c>-v</c>, <c>--mount</c>, <c>--tmpfs</c>, <c>--volumes-from</c>,
/// and the image's own volumes.</summary>
/// <remarks>Later ones in that order never replace what the user asked for at the same place;
/// two of the user's at one place are refused.</remarks>
internal sealed class MountResolver(VolumeStore volumes, ContainerStore containers)
{
    private readonly Dictionary<string, ContainerMount> _byDestination = [];
    private string _id = "";

    public async Task<IReadOnlyList<ContainerMount>> ResolveAsync(string containerId, ContainerConfig config, HostConfig host,
        CancellationToken cancellation)
    {
        _id = containerId;
        try
        {
            foreach (string source in host.VolumesFrom ?? []) TakeFrom(source);
            HashSet<string> asked = [];
            foreach (string bind in host.Binds ?? []) await AskAsync(FromBind(BindSpec.Parse(bind), host), asked);
            foreach (MountSpec mount in host.Mounts ?? []) await AskAsync(FromSpec(mount), asked);
            foreach ((string path, string text) in host.Tmpfs ?? []) await AskAsync(Tmpfs(MountSpecCheck.Target(path), text), asked);
            foreach (string path in config.Volumes?.Keys ?? Enumerable.Empty<string>())
            {
                // A path and nothing else, however it looks: an image says it too, and must not name a path of the host.
                string destination = InsidePath.Clean(path);
                if (destination != "/" && !_byDestination.ContainsKey(destination)) Place(Anonymous(destination, host));
            }
            foreach (ContainerMount mount in _byDestination.Values) await CheckSourceAsync(mount, cancellation);
            return [.. _byDestination.Values];
        }
        catch
        {
            foreach (ContainerMount mount in _byDestination.Values) await UndoAsync(mount);
            throw;
        }
    }

    private async Task AskAsync(ContainerMount mount, HashSet<string> asked)
    {
        if (!asked.Add(mount.Destination))
        {
            await UndoAsync(mount);
            throw GantryException.Invalid($"Duplicate mount point: {mount.Destination}");
        }
        Place(mount);
    }

    /// <summary>What had the place before is given back, unless it has another place as well.</summary>
    private void Place(ContainerMount mount)
    {
        ContainerMount? replaced = _byDestination.GetValueOrDefault(mount.Destination);
        _byDestination[mount.Destination] = mount;
        if (replaced?.Name is { } name && _byDestination.Values.All(other => other.Name != name)) volumes.Release(name, _id);
    }

    /// <summary><c>CONTAINER[:ro|rw]</c>.</summary>
    private void TakeFrom(string text)
    {
        string[] parts = text.Split(':', 2);
        string mode = parts.Length > 1 ? parts[1] : "rw";
        if (parts[0].Length == 0) throw GantryException.Invalid("volumes-from specification cannot be an empty string");
        if (mode is not ("ro" or "rw" or "z" or "Z")) throw GantryException.Invalid($"invalid mode: {mode}");
        Container other = OtherContainer.Find(containers, parts[0]);
        foreach (ContainerMount mount in other.Record.Mounts.Where(mount => mount.Type != "tmpfs"))
        {
            if (mount.Name is not null) volumes.Use(mount.Name, _id);
            Place(mount with { ReadWrite = mount.ReadWrite && mode != "ro", CopyUp = false });
        }
    }

    private ContainerMount FromBind(BindSpec spec, HostConfig host)
    {
        if (spec.IsHostPath)
        {
            return new ContainerMount
            {
                Type = "bind",
                Source = spec.Source,
                Destination = spec.Destination,
                Mode = spec.Mode,
                ReadWrite = !spec.ReadOnly,
                Propagation = spec.Propagation ?? "rprivate",
                CreateSource = true,
            };
        }
        VolumeRequest request = new() { Name = spec.Source, Driver = host.VolumeDriver };
        return OfVolume(volumes.Create(request, _id), spec.Destination, !spec.ReadOnly, spec.Source.Length == 0,
            !spec.NoCopy) with { Mode = spec.Mode.Length > 0 ? spec.Mode : spec.Source.Length > 0 ? "z" : "" };
    }

    private ContainerMount Anonymous(string destination, HostConfig host) =>
        OfVolume(volumes.Create(new VolumeRequest { Name = "", Driver = host.VolumeDriver }, _id), destination, readWrite: true,
            anonymous: true, copyUp: true);

    private ContainerMount FromSpec(MountSpec spec)
    {
        MountSpecCheck.Run(spec);
        string destination = InsidePath.Clean(spec.Target!);
        return spec.Type switch
        {
            "bind" => FromBindSpec(spec, destination),
            "volume" => FromVolumeSpec(spec, destination),
            _ => Tmpfs(destination, TmpfsText(spec.TmpfsOptions)) with { ReadWrite = spec.ReadOnly != true },
        };
    }

    private static ContainerMount FromBindSpec(MountSpec spec, string destination) => new()
    {
        Type = "bind",
        Source = InsidePath.Clean(spec.Source!),
        Destination = destination,
        ReadWrite = spec.ReadOnly != true,
        Propagation = string.IsNullOrEmpty(spec.BindOptions?.Propagation) ? "rprivate" : spec.BindOptions.Propagation,
        CreateSource = spec.BindOptions?.CreateMountpoint == true,
        NonRecursive = spec.BindOptions?.NonRecursive == true,
        WritableBelow = spec.BindOptions?.ReadOnlyNonRecursive == true,
        ReadOnlyBelow = spec.BindOptions?.ReadOnlyForceRecursive == true,
    };

    private ContainerMount FromVolumeSpec(MountSpec spec, string destination)
    {
        VolumeRequest request = new()
        {
            Name = spec.Source ?? "",
            Driver = spec.VolumeOptions?.DriverConfig?.Name ?? "",
            Labels = spec.VolumeOptions?.Labels ?? [],
            Options = spec.VolumeOptions?.DriverConfig?.Options ?? [],
        };
        return OfVolume(volumes.Create(request, _id), destination, spec.ReadOnly != true, request.Name.Length == 0,
            spec.VolumeOptions?.NoCopy != true) with { Mode = "z" };
    }

    private static ContainerMount OfVolume(Volumes.Volume volume, string destination, bool readWrite, bool anonymous, bool copyUp) => new()
    {
        Type = "volume",
        Name = volume.Name,
        Source = volume.Mountpoint,
        Destination = destination,
        Driver = volume.Driver,
        ReadWrite = readWrite,
        Anonymous = anonymous,
        CopyUp = copyUp,
    };

    private static ContainerMount Tmpfs(string destination, string options) =>
        new() { Type = "tmpfs", Destination = destination, Options = options };

    private static string TmpfsText(TmpfsOptions? options)
    {
        List<string> parts = [];
        if (options?.SizeBytes is > 0 and var size) parts.Add($"size={size}");
        if (options?.Mode is > 0 and var mode) parts.Add($"mode={Convert.ToString(mode, 8)}");
        foreach (List<string> option in options?.Options ?? []) parts.Add(string.Join('=', option ?? []));
        return string.Join(',', parts);
    }

    /// <summary><c>-v</c> makes a missing directory, as people are used to; <c>--mount</c> refuses, as they are used to as well.</summary>
    private static Task CheckSourceAsync(ContainerMount mount, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (mount.Type != "bind" || Path.Exists(mount.Source)) return Task.CompletedTask;
        if (!mount.CreateSource)
            throw GantryException.Invalid($"invalid mount config for type \"bind\": bind source path does not exist: {mount.Source}");
        try
        {
            Directory.CreateDirectory(mount.Source);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            string message = $"error while creating mount source path '{mount.Source}': {e.Message}";
            // A disk that is full or broken is nobody's mistake; a path that cannot be is.
            throw DiskRoom.IsFull(e) || e is IOException { HResult: Errno.EIO } ? GantryException.Internal(message, e)
                : GantryException.Invalid(message);
        }
        return Task.CompletedTask;
    }

    private async Task UndoAsync(ContainerMount mount)
    {
        if (mount.Name is null) return;
        volumes.Release(mount.Name, _id);
        if (mount.Anonymous && volumes.UsersOf(mount.Name).Count == 0) await volumes.RemoveAsync(mount.Name, force: true);
    }
}
