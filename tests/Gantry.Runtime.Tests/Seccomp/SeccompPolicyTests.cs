using Gantry.Oci.Runtime;
using Gantry.Runtime.Seccomp;

namespace Gantry.Runtime.Tests.Seccomp;

public sealed class SeccompPolicyTests
{
    private const string Notify = "SCMP_ACT_NOTIFY";

    private static OciSeccomp Policy(string action, string call = "mkdir", string? listener = null, params string[] flags) => new()
    {
        DefaultAction = "SCMP_ACT_ALLOW", ListenerPath = listener, Flags = flags,
        Syscalls = [new OciSyscallRule { Names = [call], Action = action }],
    };

    [Fact]
    public void FlagsBecomeTheKernels()
    {
        string[] all = [.. SeccompPolicy.KnownFlags];
        Assert.Equal(2u | 4u, SeccompPolicy.Flags(Policy("SCMP_ACT_ERRNO", flags: all)));
        Assert.Equal(2u | 4u | 0x20u | 8u, SeccompPolicy.Flags(Policy(Notify, flags: all)));
        Assert.Throws<GantryException>(() => SeccompPolicy.Flags(Policy("SCMP_ACT_ERRNO", flags: "SECCOMP_FILTER_FLAG_X")));
    }

    [Fact]
    public void ANotificationNeedsSomebodyWhoGetsIt()
    {
        SeccompPolicy.CheckNotify(Policy(Notify, listener: "/l"));
        SeccompPolicy.CheckNotify(Policy("SCMP_ACT_ERRNO"));
        Assert.Throws<GantryException>(() => SeccompPolicy.CheckNotify(Policy(Notify)));
        Assert.Throws<GantryException>(() => SeccompPolicy.CheckNotify(Policy(Notify, call: "sendmsg", listener: "/l")));
        Assert.Throws<GantryException>(() => SeccompPolicy.CheckNotify(Policy("SCMP_ACT_ERRNO") with { DefaultAction = Notify }));
    }

    [Fact]
    public void AnErrorNumberNeverBecomesAnotherAction() =>
        Assert.Contains("errnoRet",
            Assert.Throws<GantryException>(() => SeccompCompiler.Compile(
                Policy("SCMP_ACT_ERRNO") with { DefaultAction = "SCMP_ACT_ERRNO", DefaultErrnoRet = 0x7FFF0000 })).Message);
}
