using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;
using Gantry.Storage.Archives;
using Gantry.Storage.Layers;

namespace Gantry.Engine.Containers.Files;

/// <summary>A path as the user wrote it, found in a container.</summary>
/// <param name="Name">Its last part as written: <c>.</c> for the content of a directory, <c>/</c> for the root.</param>
/// <param name="Resolved">Without links on the way, and without a slash in front.</param>
/// <param name="Target">Where it leads if it is a link, from the root.</param>
internal sealed record ContainerPath(string Name, byte[] Resolved, FileStatus Status, string Target)
{
    /// <exception cref="GantryException">NotFound and Invalid, in Docker's words.</exception>
    public static ContainerPath Find(DirectoryHandle root, string path, string container)
    {
        string absolute = Clean(path);
        byte[] bytes = PathBytes.Of(absolute);
        bool mustBeDirectory = absolute.EndsWith('/') || absolute.EndsWith("/.", StringComparison.Ordinal);
        byte[] resolved = LinkResolution.Resolve(root, bytes, mustBeDirectory);
        int errno = root.TryOpenInRoot(LayerPath.Parent(resolved), out DirectoryHandle? parent);
        FileStatus status = default;
        if (errno == 0)
            using (parent) errno = parent!.TryStatus(LayerPath.Base(resolved), out status);
        if (errno == Errno.ENOENT) throw NoFile(path, container);
        if (errno == Errno.ENOTDIR || (errno == 0 && mustBeDirectory && status.Kind != FileKind.Directory))
            throw GantryException.Invalid($"{path}: not a directory");
        if (errno != 0) throw Refused("find", errno, path);
        string target = status.Kind == FileKind.Link ? "/" + PathBytes.Show(LinkResolution.Resolve(root, bytes, followLast: true)) : "";
        return new ContainerPath(NameOf(absolute), resolved, status, target);
    }

    /// <summary>What the kernel says to a path that cannot be one is the caller's mistake; all else is what went wrong here.</summary>
    public static Exception Refused(string step, int errno, string path)
    {
        KernelException refused = new(step, errno, path);
        return errno is Errno.ENAMETOOLONG or Errno.ELOOP or Errno.EINVAL ? GantryException.Invalid(refused.Message) : refused;
    }

    public static GantryException NoFile(string path, string container) =>
        GantryException.NotFound($"Could not find the file {path} in container {container}");

    /// <summary>Absolute, without dots in the middle; a slash or a <c>/.</c> at the end stays, because it says something.</summary>
    private static string Clean(string path)
    {
        // A slash after the dot says nothing more.
        string last = path.TrimEnd('/');
        bool content = last == "." || last.EndsWith("/.", StringComparison.Ordinal), directory = path.EndsWith('/');
        string clean = InsidePath.Clean(path);
        if (clean != "/" && (content || directory)) clean += "/";
        return content ? clean + "." : clean;
    }

    private static string NameOf(string absolute)
    {
        string plain = absolute.TrimEnd('/');
        return plain.Length == 0 ? "/" : plain[(plain.LastIndexOf('/') + 1)..];
    }
}
