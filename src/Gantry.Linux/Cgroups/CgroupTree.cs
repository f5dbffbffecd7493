using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Linux.Cgroups;

/// <summary>A control group's directory with those below it. A container may make these: with names that are no text,
/// as many and as deep as it likes.</summary>
public static class CgroupTree
{
    /// <summary>Calls for the directory and each below it, with a path that is valid meanwhile.
    /// What is removed in that moment is passed over.</summary>
    public static void Visit(string top, Action<string> visit) => Walk(top, visit, static (_, _) => { });

    /// <summary>Removes the directories below this one that hold no process.</summary>
    public static void RemoveBelow(string top) => Walk(top, static _ => { }, static (parent, name) => parent.TryRemoveDirectory(name));

    // One directory open at a time, and no recursion: how deep it goes is the container's choice.
    private static void Walk(string top, Action<string> enter, Action<DirectoryHandle, byte[]> leave)
    {
        if (TryOpen(top) is not { } here) return;
        try
        {
            Stack<byte[]> way = new();
            Stack<Queue<byte[]>> left = new();
            enter(here.ProcPath);
            left.Push(Below(here));
            while (true)
            {
                DirectoryHandle? next;
                if (left.Peek().TryDequeue(out byte[]? name))
                {
                    if (here.TryOpen(name, out next) != 0) continue;
                    here.Dispose();
                    here = next!;
                    way.Push(name);
                    enter(here.ProcPath);
                    left.Push(Below(here));
                    continue;
                }
                left.Pop();
                if (!way.TryPop(out name) || here.TryOpen(".."u8, out next) != 0) return;
                here.Dispose();
                here = next!;
                leave(here, name);
            }
        }
        finally
        {
            here.Dispose();
        }
    }

    private static DirectoryHandle? TryOpen(string path)
    {
        try
        {
            return DirectoryHandle.Open(path);
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            return null;
        }
    }

    private static Queue<byte[]> Below(DirectoryHandle directory)
    {
        Queue<byte[]> names = new();
        try
        {
            foreach (DirectoryEntry entry in directory.Entries())
                if (entry.Kind is FileKind.Directory) names.Enqueue(entry.Name);
        }
        catch (KernelException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV)
        {
            // Removed since it was opened, and so were those below it.
            names.Clear();
        }
        return names;
    }
}
