using Gantry.Linux.Processes;
using Gantry.Workloads.Security;
using Gantry.Oci.Runtime;
using Xunit;

namespace Gantry.Workloads.Tests.Security;

public sealed class DefaultSeccompTests
{
    private static readonly Version Kernel = new(6, 1);

    private static HashSet<string> Allowed(Version kernel, params string[] capabilities) =>
        [.. DefaultSeccomp.Build(capabilities.ToHashSet(),
            kernel).Syscalls!.Where(rule => rule.Action == "SCMP_ACT_ALLOW" && rule.Args is null).SelectMany(rule => rule.Names)];

    [Fact]
    public void WhatIsNotNamedFailsWithEPERM()
    {
        OciSeccomp policy = DefaultSeccomp.Build(CapabilitySet.Default.ToHashSet(), Kernel);
        Assert.Equal(("SCMP_ACT_ERRNO", 1u), (policy.DefaultAction, policy.DefaultErrnoRet));
        string[] forbidden = ["mount", "umount2", "reboot", "init_module", "bpf", "kexec_load", "keyctl", "unshare", "setns",
            "io_uring_setup", "swapon", "userfaultfd", "perf_event_open", "clock_settime", "open_by_handle_at", "pivot_root"];
        Assert.Empty(forbidden.Intersect(Allowed(Kernel, [.. CapabilitySet.Default])));
    }

    [Fact]
    public void EachCallIsNamedOnce() =>
        Assert.All(DefaultSeccomp.Build(Capabilities.Names.ToHashSet(), Kernel).Syscalls!.Where(rule => rule.Args is null),
            rule => Assert.Distinct(rule.Names));

    [Theory]
    [InlineData("CAP_SYS_ADMIN", "mount")]
    [InlineData("CAP_SYS_ADMIN", "clone3")]
    [InlineData("CAP_SYS_TIME", "clock_settime")]
    [InlineData("CAP_SYS_BOOT", "reboot")]
    [InlineData("CAP_SYS_MODULE", "finit_module")]
    [InlineData("CAP_SYS_CHROOT", "chroot")]
    [InlineData("CAP_DAC_READ_SEARCH", "open_by_handle_at")]
    [InlineData("CAP_SYS_NICE", "mbind")]
    [InlineData("CAP_BPF", "bpf")]
    [InlineData("CAP_SYSLOG", "syslog")]
    public void ACapabilityOpensItsCalls(string capability, string call)
    {
        Assert.DoesNotContain(call, Allowed(Kernel));
        Assert.Contains(call, Allowed(Kernel, capability));
    }

    [Fact]
    public void WithoutSYSADMINThereAreThreadsButNoNamespaces()
    {
        IReadOnlyList<OciSyscallRule> rules = DefaultSeccomp.Build(new HashSet<string>(), Kernel).Syscalls!;
        OciSyscallArgument clone = Assert.Single(Assert.Single(rules, rule => rule.Names.Contains("clone")).Args!);
        Assert.Equal((0x7e020000ul, 0ul, "SCMP_CMP_MASKED_EQ"), (clone.Value, clone.ValueTwo, clone.Op));
        OciSyscallRule clone3 = Assert.Single(rules, rule => rule.Names.Contains("clone3"));
        Assert.Equal(("SCMP_ACT_ERRNO", 38u), (clone3.Action, clone3.ErrnoRet));
    }

    [Fact]
    public void TracingNeedsAKernelThatKeepsTheTraceeBehindTheFilter()
    {
        Assert.Contains("ptrace", Allowed(Kernel));
        Assert.DoesNotContain("ptrace", Allowed(new Version(4, 7)));
        Assert.Contains("ptrace", Allowed(new Version(4, 7), "CAP_SYS_PTRACE"));
    }
}
