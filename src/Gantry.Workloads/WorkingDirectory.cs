using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Workloads;

/// <summary>The working directory is there as soon as a container is, for <c>cp</c> into it before the first start, and from a build's
/// <c>WORKDIR</c> on.</summary>
public static class WorkingDirectory
{
    /// <exception cref="GantryException">InvalidArgument: there can be no such directory.</exception>
    public static void Make(RootMount root, string directory)
    {
        string path = InsidePath.Clean(directory);
        if (path == "/") return;
        try
        {
            using SafeFileDescriptor top = root.Open();
            using SafeFileDescriptor made = RootedPath.OpenOrCreateDirectory(top, path);
            if (FileNature.KindOf(made) != FileKind.Directory) throw NoDirectory(path);
        }
        catch (KernelException e) when (e.Errno is Errno.ENOTDIR or Errno.EEXIST)
        {
            throw NoDirectory(path);
        }
        catch (KernelException e) when (e.Errno is Errno.ENAMETOOLONG or Errno.ELOOP or Errno.EINVAL)
        {
            throw GantryException.Invalid($"Cannot mkdir: {path}: {Errno.Message(e.Errno)}");
        }
    }

    private static GantryException NoDirectory(string path) => GantryException.Invalid($"Cannot mkdir: {path} is not a directory");
}
