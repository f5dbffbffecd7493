using Gantry.Api;

namespace Gantry.Cli;

/// <summary>Privileges and namespaces of run and create.</summary>
internal sealed class SecurityFlags
{
    private readonly ListFlag<string> capAdd, capDrop, security, groups, sysctls;
    private readonly BoolFlag privileged;
    private readonly ValueFlag<string> pid, ipc, uts, userns, cgroupns, cgroupParent, isolation;

    public SecurityFlags(FlagSet flags)
    {
        capAdd = flags.List("cap-add", null, "Add a capability");
        capDrop = flags.List("cap-drop", null, "Take a capability away");
        privileged = flags.Switch("privileged", null, "Give it all that root on the host may do");
        security = flags.List("security-opt", null, "Option of seccomp, AppArmor, SELinux or no-new-privileges");
        groups = flags.List("group-add", null, "Further group of the process");
        sysctls = flags.List("sysctl", null, "Kernel setting of the container's namespaces", "map", KeyValues.RequireValue);
        pid = flags.Text("pid", null, "PID namespace to use");
        ipc = flags.Text("ipc", null, "IPC namespace to use");
        uts = flags.Text("uts", null, "UTS namespace to use");
        userns = flags.Text("userns", null, "User namespace to use");
        cgroupns = flags.Text("cgroupns", null, "Cgroup namespace to use (host, private)");
        cgroupParent = flags.Text("cgroup-parent", null, "Cgroup to put the container's own into");
        isolation = flags.Text("isolation", null, "Kind of isolation; \"default\" is the only one");
    }

    public void Apply(HostConfig host)
    {
        if (cgroupns.Value is not ("" or "host" or "private")) throw new CliException("--cgroupns: invalid CGROUP mode", 125);
        host.CapAdd = capAdd.OrNull;
        host.CapDrop = capDrop.OrNull;
        host.Privileged = privileged;
        HostFlags.Security(security.Values, host);
        host.GroupAdd = groups.OrNull;
        if (sysctls.Values.Count > 0) host.Sysctls = KeyValues.Map(sysctls.Values);
        host.PidMode = pid.Value;
        host.IpcMode = ipc.Value;
        host.UTSMode = uts.Value;
        host.UsernsMode = userns.Value;
        host.CgroupnsMode = cgroupns.Value;
        host.CgroupParent = cgroupParent.Value;
        host.Isolation = isolation.Value;
    }
}
