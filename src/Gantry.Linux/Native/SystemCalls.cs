using System.Runtime.InteropServices;
using System.Text;

namespace Gantry.Linux.Native;

/// <summary>syscall(2): what libc has no function for, or what shall be done without libc's help.</summary>
internal static unsafe partial class SystemCalls
{
    [LibraryImport("libc", SetLastError = true)] public static partial long syscall(long number, nint a, nint b, nint c, nint d, nint e);

    // A forked child may call only these two: bound at link time (DirectPInvoke), so nothing is resolved there, and without a GC
    // transition, so the child never meets a runtime whose other threads do not exist on its side of the fork. A collection waits for a
    // thread that is in the first: elsewhere it is for calls that return at once, or where no other thread runs.
    [DllImport("libc", EntryPoint = "syscall"), SuppressGCTransition]
    public static extern long rawsyscall(long number, nint a, nint b, nint c, nint d, nint e);
    [DllImport("libc"), SuppressGCTransition] public static extern int* __errno_location();

    /// <summary>With the NUL that the kernel wants; null stays null, which is pinned as no address.</summary>
    public static byte[]? Terminated(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text + '\0');
}
