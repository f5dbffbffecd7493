using System.Runtime.InteropServices;
using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Security;

/// <summary>The policy of containers that bring none of their own: Docker's. What is not named here fails with EPERM.</summary>
/// <remarks>
/// A call may need a capability that only the host's administrator has, or reach parts of the kernel where faults are common;
/// those are let through only to containers that were given the capability. The others are harmless inside a container's namespaces.
/// </remarks>
public static class DefaultSeccomp
{
    private const string Allow = "SCMP_ACT_ALLOW", Deny = "SCMP_ACT_ERRNO", Equal = "SCMP_CMP_EQ", NotEqual = "SCMP_CMP_NE",
        Masked = "SCMP_CMP_MASKED_EQ";
    private const uint EPERM = 1, ENOSYS = 38;
    private const ulong AF_VSOCK = 40;
    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET.</summary>
    private const ulong NamespaceFlags = 0x7e020000;

    /// <summary>PER_LINUX, PER_LINUX32, both with UNAME26, and the question which it is.</summary>
    private static readonly ulong[] Personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

    /// <summary>From 4.8 a traced process cannot be moved past the filter by its tracer.</summary>
    private static readonly Version SafeTracing = new(4, 8);

    /// <summary>As <see cref="Build"/>, for this machine's kernel.</summary>
    public static OciSeccomp Here(IReadOnlyList<string> capabilities) => Build(capabilities.ToHashSet(), Environment.OSVersion.Version);

    /// <param name="capabilities">The container's, <c>CAP_SYS_ADMIN</c>, …</param>
    public static OciSeccomp Build(IReadOnlySet<string> capabilities, Version kernel)
    {
        bool arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        // One rule for all: a call named twice would be refused by some runtimes' libseccomp.
        SortedSet<string> names = new(Split(SeccompTable.Always), StringComparer.Ordinal);
        names.UnionWith(Split(arm ? SeccompTable.Arm : SeccompTable.X86));
        if (kernel >= SafeTracing) names.UnionWith(Split(SeccompTable.Tracing));
        foreach ((string capability, string calls) in SeccompTable.ByCapability)
        {
            if (capabilities.Contains(capability)) names.UnionWith(Split(calls));
        }
        List<OciSyscallRule> rules = [new OciSyscallRule { Names = [.. names], Action = Allow }];
        // AF_VSOCK reaches the hypervisor, and is in no namespace.
        rules.Add(Rule("socket", new OciSyscallArgument { Index = 0, Value = AF_VSOCK, Op = NotEqual }));
        rules.AddRange(Personalities.Select(
            personality => Rule("personality", new OciSyscallArgument { Index = 0, Value = personality, Op = Equal })));
        if (!capabilities.Contains("CAP_SYS_ADMIN")) rules.AddRange(WithoutNamespaces());
        return new OciSeccomp
        {
            DefaultAction = Deny,
            DefaultErrnoRet = EPERM,
            Architectures = arm ? ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"] : ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
            Syscalls = rules,
        };
    }

    /// <summary>Threads and processes, but no new namespaces. A filter cannot look behind clone3's pointer,
    /// so programs are told to use clone.</summary>
    private static OciSyscallRule[] WithoutNamespaces() =>
    [
        Rule("clone", new OciSyscallArgument { Index = 0, Value = NamespaceFlags, ValueTwo = 0, Op = Masked }),
        new OciSyscallRule { Names = ["clone3"], Action = Deny, ErrnoRet = ENOSYS },
    ];

    private static string[] Split(string names) => names.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static OciSyscallRule Rule(string name, OciSyscallArgument argument) =>
        new() { Names = [name], Action = Allow, Args = [argument] };
}
