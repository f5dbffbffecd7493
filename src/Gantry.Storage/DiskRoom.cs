using Gantry.Linux;

namespace Gantry.Storage;

/// <summary>Tells a full disk from other failures.</summary>
public static class DiskRoom
{
    /// <remarks>Of the framework's exceptions the HResult is the kernel's number where there is no other one for it.</remarks>
    public static bool IsFull(Exception e) => e switch
    {
        KernelException kernel => kernel.Errno is Errno.ENOSPC or Errno.EDQUOT,
        IOException => e.HResult is Errno.ENOSPC or Errno.EDQUOT,
        _ => false,
    };
}
