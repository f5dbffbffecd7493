using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Launching;
using Gantry.Runtime.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>Sources of bind mounts that are opened here because init, in its user namespace, could not: behind directories that its root
/// may not pass, or with mapped owners; and those that are put together, which are nowhere on the host.</summary>
internal sealed class MountSources : IDisposable
{
    private readonly List<(int Index, SafeFileDescriptor Tree, string Path)> _trees = [];

    /// <summary>By the mount's index in the spec, with what of the tree is mounted.</summary>
    public IReadOnlyList<(int Index, SafeFileDescriptor Tree, string Path)> Trees => _trees;

    /// <exception cref="LaunchException">A source cannot be opened, or its file system cannot be idmapped.</exception>
    public static MountSources Open(CreateRequest request, SpecNamespaces namespaces)
    {
        OciSpec spec = request.Spec;
        MountSources sources = new();
        bool all = namespaces.InUser && ThisProcess.EffectiveUser == 0;
        IReadOnlyList<OciMount> mounts = spec.Mounts ?? [];
        for (int i = 0; i < mounts.Count; i++)
        {
            bool mapped = mounts[i].UidMappings is { Count: > 0 } || MountOptions.IsMapped(mounts[i]);
            MountTree? tree = request.Trees.FirstOrDefault(tree => tree.Source == mounts[i].Source && MountOptions.IsBind(mounts[i]));
            if (tree is null && !mapped && !(all && MountOptions.IsBind(mounts[i]))) continue;
            try
            {
                sources._trees.Add((i, tree is null ? Open(mounts[i], spec, request.Bundle, namespaces, mapped)
                    : Slave(tree.Root.Open(), mounts[i].Destination), tree?.Path ?? ""));
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
        SafeFileDescriptor tree = Slave(DetachedMount.Clone(source, options.Recursive), mount.Destination);
        try
        {
            if (mapped) Map(tree, mount, spec, namespaces, options.RecursiveIdMap);
            return tree;
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    private static SafeFileDescriptor Slave(SafeFileDescriptor tree, string destination)
    {
        try
        {
            // A copy of a shared mount is its peer: what is mounted below it inside would appear on the host.
            DetachedMount.SetPropagation(tree, MountFlags.Slave | MountFlags.Recursive, destination);
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
        foreach ((_, SafeFileDescriptor tree, _) in _trees) tree.Dispose();
    }
}
