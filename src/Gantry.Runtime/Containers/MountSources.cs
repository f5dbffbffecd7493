using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>Sources of bind mounts that are opened here because init, in its user namespace, could not: behind directories that its root
/// may not pass, or with mapped owners.</summary>
internal sealed class MountSources : IDisposable
{
    private readonly List<(int Index, SafeFileDescriptor Tree)> _trees = [];

    /// <summary>By the mount's index in the spec.</summary>
    public IReadOnlyList<(int Index, SafeFileDescriptor Tree)> Trees => _trees;

    /// <exception cref="LaunchException">A source cannot be opened, or its file system cannot be idmapped.</exception>
    public static MountSources Open(OciSpec spec, string bundle, SpecNamespaces namespaces)
    {
        MountSources sources = new();
        bool all = namespaces.InUser && ThisProcess.EffectiveUser == 0;
        IReadOnlyList<OciMount> mounts = spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            bool mapped = mounts[i].UidMappings is { Count: > 0 } || MountOptions.IsMapped(mounts[i]);
            if (!mapped && !(all && MountOptions.IsBind(mounts[i]))) continue;
            try
            {
                sources._trees.Add((i, Open(mounts[i], spec, bundle, namespaces, mapped)));
            }
            catch (Exception e)
            {
                sources.Dispose();
                if (e is not KernelException kernel) throw;
                throw LaunchException.UnableToStart(
                    $"error mounting \"{mounts[i].Source}\" to rootfs at \"{mounts[i].Destination}\": {e.Message}",
                    kernel.Errno, FailureStep.Mount);
            }
        }
        return sources;
    }

    private static SafeFileDescriptor Open(OciMount mount, OciSpec spec, string bundle, SpecNamespaces namespaces, bool mapped)
    {
        MountOptions options = new(mount.Options);
        string source =
            Path.GetFullPath(mount.Source ?? throw GantryException.Invalid($"bind mount {mount.Destination} has no source"), bundle);
        SafeFileDescriptor tree = DetachedMount.Clone(source, options.Recursive);
        try
        {
            // A copy of a shared mount is its peer: what is mounted below it inside would appear on the host.
            DetachedMount.SetPropagation(tree, MountFlags.Slave | MountFlags.Recursive, mount.Destination);
            if (mapped) Map(tree, mount, spec, namespaces, options.RecursiveIdMap);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    // config.md, "Mounts": the mount's own mapping, else the container's.
    private static void Map(SafeFileDescriptor tree, OciMount mount, OciSpec spec, SpecNamespaces namespaces, bool recursive)
    {
        if (mount.UidMappings is not { Count: > 0 } && namespaces.JoinedUser is { } joined)
        {
            DetachedMount.SetIdMapping(tree, joined, recursive, mount.Destination);
            return;
        }
        IReadOnlyList<OciIdMapping>? uids = mount.UidMappings is { Count: > 0 } ownUids ? ownUids : spec.Linux?.UidMappings;
        IReadOnlyList<OciIdMapping>? gids = mount.GidMappings is { Count: > 0 } ownGids ? ownGids : spec.Linux?.GidMappings;
        if (uids is not { Count: > 0 } || gids is not { Count: > 0 })
            throw GantryException.Invalid(
                $"mount {mount.Destination} is to be idmapped, but neither it nor a user namespace of the container has mappings");
        using SafeFileDescriptor mapping = UserNamespace.Create(pid => UserMapping.Write(pid, uids, gids));
        DetachedMount.SetIdMapping(tree, mapping, recursive, mount.Destination);
    }

    public void Dispose()
    {
        foreach ((_, SafeFileDescriptor tree) in _trees) tree.Dispose();
    }
}
