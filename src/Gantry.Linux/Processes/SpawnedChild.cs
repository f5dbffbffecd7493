using Gantry.Linux.Native;

namespace Gantry.Linux.Processes;

/// <summary>A child without namespaces, by posix_spawn(3): no managed code runs on the child's side,
/// so the parent may have any threads.</summary>
internal static unsafe class SpawnedChild
{
    private const short SetSignalDefaults = 0x04, SetSignalMask = 0x08, SetSession = 0x80;

    public static ChildProcess Run(ChildRequest request)
    {
        using UnmanagedStrings memory = new();
        using DescriptorLayout layout = new(request.Descriptors);
        // glibc's own structures have 80 and 336 bytes.
        byte* actions = memory.Allocate(512), attributes = memory.Allocate(512);
        ulong* all = (ulong*)memory.Allocate(128), none = (ulong*)memory.Allocate(128);
        all[0] = ulong.MaxValue;
        SpawnCalls.posix_spawn_file_actions_init(actions);
        SpawnCalls.posix_spawnattr_init(attributes);
        try
        {
            foreach ((int from, int to) in layout.Moves) SpawnCalls.posix_spawn_file_actions_adddup2(actions, from, to);
            CloseTheRest(actions, layout);
            if (request.WorkingDirectory is { } place) SpawnCalls.posix_spawn_file_actions_addchdir_np(actions, memory.Text(place));
            SpawnCalls.posix_spawnattr_setsigdefault(attributes, all);
            SpawnCalls.posix_spawnattr_setsigmask(attributes, none);
            SpawnCalls.posix_spawnattr_setflags(attributes,
                (short)(SetSignalDefaults | SetSignalMask | (request.NewSession ? SetSession : 0)));
            int pid;
            int error = SpawnCalls.posix_spawn(&pid, memory.Text(request.Path), actions, attributes, memory.Vector(request.Arguments),
                memory.Vector(request.Environment));
            if (error != 0) throw new KernelException("execute", error, request.Path);
            return new ChildProcess(pid, PidFd.Open(pid) ?? throw new KernelException("pidfd_open", Errno.ESRCH, request.Path));
        }
        finally
        {
            SpawnCalls.posix_spawn_file_actions_destroy(actions);
            SpawnCalls.posix_spawnattr_destroy(attributes);
        }
    }

    // Numbers below the highest wanted one are closed by the close-on-exec that all of ours have.
    private static void CloseTheRest(byte* actions, DescriptorLayout layout) =>
        SpawnCalls.posix_spawn_file_actions_addclosefrom_np(actions, layout.Limit);
}
