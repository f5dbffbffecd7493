using Gantry.Oci.Runtime;

namespace Gantry.Engine.Security;

/// <summary>The policy of containers that bring none of their own.</summary>
public static class DefaultSeccomp
{
    public static OciSeccomp Build(IReadOnlySet<string> capabilities, Version kernel) => new()
    {
        DefaultAction = "SCMP_ACT_ALLOW",
        Architectures = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
        Syscalls = capabilities.Contains("CAP_SYS_ADMIN") || kernel.Major < 4
            ? []
            : [new OciSyscallRule { Names = ["bpf", "mount", "umount2", "kexec_load", "reboot", "init_module", "finit_module", "delete_module", "swapon", "swapoff"], Action = "SCMP_ACT_ERRNO", ErrnoRet = 1 }],
    };
}
