using System.Runtime.InteropServices;

namespace Gantry.Linux.Native;

/// <summary>posix_spawn(3) and what it is told. These return an errno and do not set it.</summary>
internal static unsafe partial class SpawnCalls
{
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_addclosefrom_np(byte* actions, int from);
    [LibraryImport("libc")] public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);
    [LibraryImport("libc")] public static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")] public static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setsigdefault(byte* attributes, ulong* set);
    [LibraryImport("libc")] public static partial int posix_spawnattr_setsigmask(byte* attributes, ulong* set);
    [LibraryImport("libc")]
    public static partial int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);
}
