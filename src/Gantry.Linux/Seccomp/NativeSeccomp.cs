using System.Runtime.InteropServices;

namespace Gantry.Linux.Seccomp;

/// <summary>libseccomp 2.5, loaded at the first call. https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html</summary>
internal static unsafe partial class NativeSeccomp
{
    private const string Library = "libseccomp.so.2";

    [LibraryImport(Library)] public static partial nint seccomp_init(uint action);
    [LibraryImport(Library)] public static partial void seccomp_release(nint context);
    [LibraryImport(Library)] public static partial int seccomp_attr_set(nint context, int attribute, uint value);
    [LibraryImport(Library)] public static partial uint seccomp_arch_native();
    [LibraryImport(Library)] public static partial int seccomp_arch_add(nint context, uint architecture);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)] public static partial uint seccomp_arch_resolve_name(string name);
    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int seccomp_syscall_resolve_name(string name);
    [LibraryImport(Library)]
    public static partial int seccomp_rule_add_array(nint context, uint action, int call, uint count, Comparison* comparisons);
    [LibraryImport(Library)] public static partial int seccomp_export_bpf(nint context, int fd);

    /// <summary>struct scmp_arg_cmp.</summary>
    internal struct Comparison
    {
        public uint Argument;
        public int Operation;
        public ulong First, Second;
    }
}
