using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.Linux.Processes;
using Gantry.Linux.Terminals;
using Gantry.Oci.Runtime;

namespace Gantry.Runtime.Init;

/// <summary>The process' terminal: a pair of the container's own devpts, so that its name is true inside.</summary>
internal sealed class ConsoleSetup
{
    private readonly SafeFileDescriptor _master, _slave;

    private ConsoleSetup(SafeFileDescriptor master, SafeFileDescriptor slave) => (_master, _slave) = (master, slave);

    /// <summary>Opens the pair, and for a new container also puts it at <c>/dev/console</c>.</summary>
    internal static ConsoleSetup Open(SafeFileDescriptor root, OciProcess process, bool asConsole = true)
    {
        // A container without a devpts of its own gets a terminal of the host's.
        SafeFileDescriptor master = RootedPath.OpenIfThere(root, "/dev/pts/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal)
            ?? LinuxFile.Open("/dev/ptmx", OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal);
        (SafeFileDescriptor slave, _) = Terminal.OpenSlave(master);
        if (process.ConsoleSize is { Height: > 0 } size) Terminal.Resize(master.Number, size.Height, size.Width);
        if (asConsole)
        {
            using SafeFileDescriptor place = RootedPath.OpenOrCreate(root, "/dev/console", directory: false);
            using SafeFileDescriptor tree = DetachedMount.Clone(slave, recursive: false);
            DetachedMount.Attach(tree, place, "/dev/console");
        }
        return new ConsoleSetup(master, slave);
    }

    /// <summary>Makes it this process' controlling terminal and 0, 1 and 2, and hands the master to the parent.</summary>
    internal void Take(InitChannel channel)
    {
        ThisProcess.NewSession();
        Terminal.MakeControlling(_slave.Number);
        for (int standard = 0; standard < 3; standard++) Descriptor.Replace(_slave.Number, standard);
        channel.Send(new InitMessage { Kind = InitMessageKind.Console }, _master.Number);
        _slave.Dispose();
        _master.Dispose();
    }
}
