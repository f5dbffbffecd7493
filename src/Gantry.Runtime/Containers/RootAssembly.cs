using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Runtime.Launching;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>Makes the root filesystem as a mount that is in no mount table yet.</summary>
internal static class RootAssembly
{
    public static SafeFileDescriptor Open(RootMount root)
    {
        try
        {
            return root.Open();
        }
        catch (KernelException e)
        {
            throw LaunchException.UnableToStart($"error preparing rootfs: {e.Message}", e.Errno, FailureStep.Mount);
        }
    }
}
