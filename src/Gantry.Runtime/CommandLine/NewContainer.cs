using System.Text;
using Gantry.Linux;
using Gantry.Linux.Sockets;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;
using Gantry.Shim;

namespace Gantry.Runtime.CommandLine;

/// <summary>What <c>create</c> and <c>run</c> share.</summary>
internal static class NewContainer
{
    public static readonly string[] Options =
    [
        "bundle|b=DIR  the directory with config.json (default the working directory)",
        "console-socket=SOCKET  a listening UNIX socket that gets the terminal's master",
        "pidfd-socket=SOCKET  a listening UNIX socket that gets a pidfd of the first process",
        "pid-file=FILE  gets the number of the first process",
        "preserve-fds=N  descriptors that the container inherits behind 0, 1, 2 and those of LISTEN_FDS",
        "no-pivot  leave the old root by chroot, for a root on a ramdisk, which pivot_root(2) refuses; less safe",
        "no-new-keyring  keep the caller's session keyring",
        "no-subreaper  accepted; orphans are never ours",
    ];

    public static CreateRequest Request(GlobalOptions global, OptionParser options, ConfigFile config, string bundle) => new()
    {
        Id = options.Id,
        Bundle = bundle,
        Spec = config.Spec,
        Config = config,
        StateRoot = global.Root,
        Rootless = global.Rootless,
        SystemdCgroup = global.SystemdCgroup,
        PreserveFds = InheritedDescriptors.Count(options),
        ListenFds = InheritedDescriptors.Listening,
        NoPivot = options.Has("no-pivot"),
        NoNewKeyring = options.Has("no-new-keyring"),
    };

    public static ConfigFile Load(OptionParser options, out string bundle)
    {
        bundle = Path.GetFullPath(options["bundle"] is { Length: > 0 } given ? given : ".");
        return Bundle.Load(bundle);
    }

    /// <summary>With nobody in the foreground a terminal needs someone else to take it.</summary>
    public static void CheckTerminal(OptionParser options, bool terminal, bool detached)
    {
        if (terminal && detached && options["console-socket"] is null)
            throw GantryException.Invalid("cannot allocate tty for a process that is left alone: set --console-socket");
        if (options["console-socket"] is not null && !terminal)
            throw GantryException.Invalid("cannot use --console-socket for a process without terminal");
    }

    /// <summary>Tells the callers that asked who the process is.</summary>
    public static void Introduce(OptionParser options, int pid, SafeFileDescriptor pidFd, int consoleMaster)
    {
        if (options["console-socket"] is { } console) ConsoleSender.Send(console, consoleMaster);
        if (options["pidfd-socket"] is { } path)
        {
            using SafeFileDescriptor socket = UnixSocket.Connect(path);
            UnixSocket.Send(socket, "pidfd"u8, pidFd.Number);
        }
        if (options["pid-file"] is { } file) AtomicFile.Write(file, Encoding.ASCII.GetBytes(pid.ToString()), durable: false);
    }

    public static void LogPhases(GlobalOptions global, IReadOnlyList<PhaseTime> phases, IReadOnlyList<string> notes)
    {
        foreach (string note in notes) global.Log.Warning(note);
        foreach (PhaseTime phase in phases) global.Log.Debug($"{phase.Name}: {phase.Microseconds} µs");
    }
}
