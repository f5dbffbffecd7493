using System.Runtime.InteropServices;

namespace Gantry.Linux.Processes;

/// <summary>A child in a session of its own, started by <c>posix_spawn</c>.</summary>
/// <remarks>
/// The C library's spawn borrows our address space until the exec, so its cost does not grow with the size of this process,
/// and no managed code runs in the child. It is for programs that need no namespaces; those are cloned otherwise.
/// </remarks>
public sealed class SpawnedProcess
{
    private bool _reaped;

    private SpawnedProcess(int pid) => Pid = pid;

    public int Pid { get; }

    /// <param name="third">Becomes descriptor 3 of the child.</param>
    /// <param name="errorFile">Gets the child's stderr, appended; stdin and stdout are <c>/dev/null</c>.</param>
    public static unsafe SpawnedProcess Start(string program, IReadOnlyList<string> arguments, SafeHandle third, string errorFile)
    {
        using NativeStrings argv = new(arguments), envp = new(Inherited());
        // glibc: 80 and 336 bytes; the room is generous for other C libraries.
        byte* actions = stackalloc byte[256], attributes = stackalloc byte[512];
        Check(NativeSpawn.posix_spawn_file_actions_init(actions), "posix_spawn_file_actions_init", program);
        Check(NativeSpawn.posix_spawnattr_init(attributes), "posix_spawnattr_init", program);
        bool added = false;
        try
        {
            third.DangerousAddRef(ref added);
            int descriptor = (int)third.DangerousGetHandle();
            Check(NativeSpawn.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", NativeSpawn.O_RDWR, 0), "open", "/dev/null");
            Check(NativeSpawn.posix_spawn_file_actions_adddup2(actions, 0, 1), "dup2", "1");
            Check(NativeSpawn.posix_spawn_file_actions_addopen(actions, 2, errorFile, NativeSpawn.O_WRONLY | NativeSpawn.O_CREAT | NativeSpawn.O_APPEND, 0x180), "open", errorFile);
            // Also clears close-on-exec when the number is 3 already (glibc 2.29).
            Check(NativeSpawn.posix_spawn_file_actions_adddup2(actions, descriptor, 3), "dup2", "3");
            ResetSignals(attributes);
            int error = NativeSpawn.posix_spawn(out int pid, program, actions, attributes, argv.Pointer, envp.Pointer);
            Check(error, "posix_spawn", program);
            return new SpawnedProcess(pid);
        }
        finally
        {
            if (added) third.DangerousRelease();
            NativeSpawn.posix_spawn_file_actions_destroy(actions);
            NativeSpawn.posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>Collects the child's status if it has ended.</summary>
    /// <returns>True when the child is no more.</returns>
    public bool TryReap()
    {
        if (_reaped) return true;
        int result = NativeSpawn.waitpid(Pid, out _, NativeSpawn.WNOHANG);
        return _reaped = result != 0;
    }

    /// <summary>The runtime ignores SIGPIPE and blocks nothing that a child should inherit.</summary>
    private static unsafe void ResetSignals(byte* attributes)
    {
        byte* none = stackalloc byte[128], all = stackalloc byte[128];
        new Span<byte>(none, 128).Clear();
        new Span<byte>(all, 128).Fill(0xFF);
        NativeSpawn.posix_spawnattr_setsigmask(attributes, none);
        NativeSpawn.posix_spawnattr_setsigdefault(attributes, all);
        NativeSpawn.posix_spawnattr_setflags(attributes, NativeSpawn.POSIX_SPAWN_SETSIGDEF | NativeSpawn.POSIX_SPAWN_SETSIGMASK | NativeSpawn.POSIX_SPAWN_SETSID);
    }

    private static List<string> Inherited()
    {
        List<string> variables = [];
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables()) variables.Add($"{entry.Key}={entry.Value}");
        return variables;
    }

    private static void Check(int error, string step, string value)
    {
        if (error != 0) throw new IOException($"{step} {value}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>A null-terminated vector of C strings.</summary>
    private sealed unsafe class NativeStrings : IDisposable
    {
        private readonly int _count;

        public NativeStrings(IReadOnlyList<string> items)
        {
            _count = items.Count;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)(_count + 1), (nuint)sizeof(byte*));
            for (int i = 0; i < _count; i++) Pointer[i] = (byte*)Marshal.StringToCoTaskMemUTF8(items[i]);
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (int i = 0; i < _count; i++) Marshal.FreeCoTaskMem((nint)Pointer[i]);
            NativeMemory.Free(Pointer);
        }
    }
}

internal static unsafe partial class NativeSpawn
{
    internal const int O_WRONLY = 1, O_RDWR = 2, O_CREAT = 0x40, O_APPEND = 0x400, WNOHANG = 1;
    internal const short POSIX_SPAWN_SETSIGDEF = 0x04, POSIX_SPAWN_SETSIGMASK = 0x08, POSIX_SPAWN_SETSID = 0x80;

    /// <remarks>https://man7.org/linux/man-pages/man3/posix_spawn.3.html; returns the error number, leaves errno alone.</remarks>
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn(out int pid, string path, byte* fileActions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_init(byte* actions);
    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_destroy(byte* actions);
    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, string path, int flags, uint mode);
    [LibraryImport("libc")]
    internal static partial int posix_spawn_file_actions_adddup2(byte* actions, int descriptor, int target);
    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_init(byte* attributes);
    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_destroy(byte* attributes);
    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setflags(byte* attributes, short flags);
    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigmask(byte* attributes, byte* mask);
    [LibraryImport("libc")]
    internal static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* mask);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int waitpid(int pid, out int status, int options);
}
