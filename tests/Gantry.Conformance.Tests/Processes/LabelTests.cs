using Gantry.Conformance.Bundles;
using Gantry.Conformance.Runtimes;

namespace Gantry.Conformance.Processes;

/// <summary>AppArmor and SELinux: a label that cannot be had must not be taken for one that is.</summary>
public sealed class LabelTests
{
    private static bool Active(string name) =>
        File.Exists("/sys/kernel/security/lsm") && File.ReadAllText("/sys/kernel/security/lsm").Contains(name, StringComparison.Ordinal);

    [Theory, EveryRuntime]
    public async Task AProfileIsRefusedWhereAppArmorIsInactive(string runtime)
    {
        Assert.SkipWhen(Active("apparmor"), "AppArmor is active here");
        await using Bundle bundle = new Bundle(runtime, "true").Set("process.apparmorProfile", "\"some-profile\"");
        Assert.Contains("apparmor", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task AProfileThatIsNotLoadedIsNamed(string runtime)
    {
        Assert.SkipUnless(Active("apparmor"), "AppArmor is not active here, as it is in make test-vm");
        await using Bundle bundle = new Bundle(runtime, "true").Set("process.apparmorProfile", "\"no-such-profile\"");
        Assert.Contains("apparmor", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }

    [Theory, EveryRuntime]
    public async Task UnconfinedIsToBeHad(string runtime)
    {
        Assert.SkipUnless(Active("apparmor"), "AppArmor is not active here, as it is in make test-vm");
        await using Bundle bundle = new Bundle(runtime, "echo ran").Set("process.apparmorProfile", "\"unconfined\"");
        Assert.Equal("ran", await bundle.Output());
    }

    [Theory, EveryRuntime]
    public async Task ASelinuxLabelIsRefusedWhereItIsInactive(string runtime)
    {
        Assert.SkipWhen(Active("selinux"), "SELinux is active here");
        await using Bundle bundle =
            new Bundle(runtime, "true").Set("process.selinuxLabel", "\"system_u:system_r:svirt_lxc_net_t:s0:c124,c675\"");
        Assert.Contains("selinux", await bundle.Refused(), StringComparison.OrdinalIgnoreCase);
    }
}
