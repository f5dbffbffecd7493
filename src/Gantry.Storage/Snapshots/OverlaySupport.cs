using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Whether overlay works where the data is: asked of the kernel by doing it once, since it depends on kernel,
/// file system and privileges together.</summary>
public static class OverlaySupport
{
    /// <returns>Null when it works, else why not.</returns>
    public static string? Refusal(string dataRoot) => Try(dataRoot, OverlaySnapshotter.Kernel, RootMount.Overlay);

    /// <summary>The same of fuse-overlayfs, which needs its program and FUSE in the kernel.</summary>
    public static string? FuseRefusal(string dataRoot) => Try(dataRoot, OverlaySnapshotter.Fuse, RootMount.FuseOverlay);

    private static void RemoveProbe(string root, string name)
    {
        if (!Directory.Exists(root)) return;
        using DirectoryHandle handle = DirectoryHandle.Open(root);
        TreeRemoval.Remove(handle, PathBytes.Of(name));
        // Whoever uses the driver makes it again.
        if (handle.IsEmpty) Directory.Delete(root);
    }

    private static string? Try(string dataRoot, string driver, string type)
    {
        string root = Path.Combine(dataRoot, driver), name = Trash.NewName(Trash.Temporary), probe = Path.Combine(root, name);
        string lower = Path.Combine(probe, "lower"), upper = Path.Combine(probe, "upper"), work = Path.Combine(probe, "work");
        try
        {
            foreach (string directory in new[] { lower, upper, work }) OwnDirectory.Make(directory, (UnixFileMode)Octal.O755);
            using (DirectoryHandle handle = DirectoryHandle.Open(lower))
            {
                int errno = handle.TrySetAttribute([], "trusted.overlay.opaque"u8, "y"u8);
                if (errno != 0) throw new KernelException("set trusted.overlay.opaque", errno, lower);
                errno = handle.TryMakeNode("whiteout"u8, FileKind.CharacterDevice, 0, 0, 0);
                if (errno != 0) throw new KernelException("make whiteout", errno, lower);
            }
            new RootMount { Type = type, Lower = [lower], Upper = upper, Work = work }.Open().Dispose();
            return null;
        }
        // Where there is no room to try, what worked before goes on working: with another driver every image would seem lost.
        catch (Exception e) when (DiskRoom.IsFull(e) && Directory.Exists(root)
            && OwnDirectory.Directories(root).Any(path => !Trash.IsTrash(Path.GetFileName(path))))
        {
            return null;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return e.Message;
        }
        finally
        {
            RemoveProbe(root, name);
        }
    }
}
