using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;

namespace Gantry.Runtime.Init;

/// <summary>What 0, 1 and 2 are connected to.</summary>
internal static class StandardStream
{
    private const uint FirstPseudoTerminal = 136, LastPseudoTerminal = 143;

    /// <summary>A pipe, socket or terminal made for this process; not /dev/null or a file, which others use too.</summary>
    /// <remarks>The descriptor itself says so. Its link in /proc, which is the container's by now, could say anything.</remarks>
    public static bool IsPrivate(SafeFileDescriptor stream)
    {
        (FileKind kind, uint major) = FileNature.KindAndMajor(stream);
        return kind is FileKind.Fifo or FileKind.Socket
            || (kind == FileKind.CharacterDevice && major is >= FirstPseudoTerminal and <= LastPseudoTerminal);
    }

    /// <summary>
    /// A null device that came from outside is the host's node, or a passing one: what is there under that name inside takes its place.
    /// </summary>
    /// <remarks>Where the image has something else there, a node of the stream's own does.</remarks>
    public static void MakeNullOwn()
    {
        SafeFileDescriptor? own = null;
        for (int standard = 0; standard < 3; standard++)
        {
            using SafeFileDescriptor stream = new(standard, owns: false);
            if (!NullDevice.Is(stream)) continue;
            own ??= OpenInside() ?? NullDevice.TryOpen();
            // In a user namespace that is not to be had, and nobody in there has rights on the host's.
            if (own is not null) Descriptor.Replace(own.Number, standard);
        }
        own?.Dispose();
    }

    private static SafeFileDescriptor? OpenInside()
    {
        try
        {
            using SafeFileDescriptor root = LinuxFile.OpenDirectory("/");
            return OwnDevice.Open(root, "/dev/null", NullDevice.Is);
        }
        catch (KernelException e) when (e.Errno is Errno.EPERM or Errno.EACCES or Errno.ELOOP)
        {
            // The container may not open it, or it is a link to itself.
            return null;
        }
    }
}
