namespace Gantry.Conformance.Machine;

/// <summary>What a test asks of the machine; without it the test is skipped and says what is missing.</summary>
public static class Needs
{
    public static void UnifiedCgroups() => Assert.SkipUnless(ControlGroups.Unified, "needs cgroup v2 alone, as in make test-vm");

    public static void VersionOneCgroups() => Assert.SkipWhen(ControlGroups.Unified, "needs cgroup v1");

    public static void Controller(string name) =>
        Assert.SkipUnless(ControlGroups.Has(name), $"this host's cgroups have no {name} controller");

    public static void Systemd() =>
        Assert.SkipUnless(Directory.Exists("/run/systemd/system"), "systemd is not this machine's first process, as it is in make test-vm");

    public static void NamespaceKind(string name) =>
        Assert.SkipUnless(File.Exists($"/proc/self/ns/{name}"), $"this kernel has no {name} namespaces");

    public static void Program(string name) =>
        Assert.SkipUnless($"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':')
            .Any(d => File.Exists(Path.Combine(d, name))), $"{name} is not installed");
}
