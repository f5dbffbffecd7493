using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Terminals;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>The process' terminal: a pair of the container's own devpts, so that its name is true inside.</summary>
internal sealed class ConsoleSetup
{
    private readonly SafeFileDescriptor _master, _slave;

    private ConsoleSetup(SafeFileDescriptor master, SafeFileDescriptor slave) => (_master, _slave) = (master, slave);

    /// <summary>Opens the pair, and for a new container also puts it at <c>/dev/console</c>.</summary>
    public static ConsoleSetup Open(SafeFileDescriptor root, OciProcess process, bool asConsole = true)
    {
        // A container without a devpts of its own gets a terminal of the host's.
        SafeFileDescriptor master = OpenMultiplexer(root, "/dev/pts/ptmx") ?? OpenMultiplexer(root, "/dev/ptmx")
            ?? (asConsole ? LinuxFile.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal)
            : throw new KernelException("open terminal", Errno.ENOENT, "/dev/pts/ptmx"));
        (SafeFileDescriptor slave, _) = Terminal.OpenSlave(master);
        if (process.ConsoleSize is { Height: > 0 } size) Terminal.Resize(master.Number, size.Height, size.Width);
        if (asConsole)
        {
            // Through a link it would lie on a file of the image's choice, before that is masked (CVE-2025-52565).
            using SafeFileDescriptor place = RootedPath.OpenOrCreate(root, "/dev/console", directory: false, links: false);
            using SafeFileDescriptor tree = DetachedMount.Clone(slave, recursive: false);
            DetachedMount.Attach(tree, place, "/dev/console");
        }
        return new ConsoleSetup(master, slave);
    }

    private static SafeFileDescriptor? OpenMultiplexer(SafeFileDescriptor root, string path) =>
        OwnDevice.Open(root, path, static file => FileNature.IsCharacterDevice(file, 5, 2));

    /// <summary>Makes it 0, 1 and 2, and hands the master to the parent. The command's session gets it in the end.</summary>
    public void Take(InitChannel channel)
    {
        for (int standard = 0; standard < 3; standard++) Descriptor.Replace(_slave.Number, standard);
        channel.Send(new InitMessage { Kind = InitMessageKind.Console }, _master.Number);
        _slave.Dispose();
        _master.Dispose();
    }
}
