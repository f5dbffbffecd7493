using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Shim;

namespace Gantry.Runtime.Containers;

/// <summary>Makes the root filesystem as a mount that is in no mount table yet.</summary>
internal static class RootAssembly
{
    internal static SafeFileDescriptor Open(RootMount root)
    {
        try
        {
            return root.Type switch
            {
                "overlay" => OverlayMount.Create(root.Lower, root.Upper, root.Work, root.Options),
                "bind" => DetachedMount.Clone(root.Source ?? throw GantryException.Invalid("a bound root needs a source"), recursive: true),
                _ => throw GantryException.Invalid($"root type \"{root.Type}\" is not known"),
            };
        }
        catch (KernelException e)
        {
            throw new LaunchException(FailureStep.Mount, e.Errno, $"unable to start container process: error preparing rootfs: {e.Message}");
        }
    }
}
