using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Options;

/// <summary>Privileges and namespaces of run and create.</summary>
internal sealed class SecurityFlags
{
    private readonly ListFlag<string> _capAdd, _capDrop, _security, _groups, _sysctls;
    private readonly BoolFlag _privileged;
    private readonly ValueFlag<string> _pid, _ipc, _uts, _userns, _cgroupns, _cgroupParent, _isolation;

    public SecurityFlags(FlagSet flags)
    {
        _capAdd = flags.List("cap-add", null, "Add a capability");
        _capDrop = flags.List("cap-drop", null, "Take a capability away");
        _privileged = flags.Switch("privileged", null, "Give it all that root on the host may do");
        _security = flags.List("security-opt", null, "Option of seccomp, AppArmor, SELinux or no-new-privileges");
        _groups = flags.List("group-add", null, "Further group of the process");
        _sysctls = flags.List("sysctl", null, "Kernel setting of the container's namespaces", "map", KeyValues.RequireValue);
        _pid = flags.Text("pid", null, "PID namespace to use");
        _ipc = flags.Text("ipc", null, "IPC namespace to use");
        _uts = flags.Text("uts", null, "UTS namespace to use");
        _userns = flags.Text("userns", null, "User namespace to use");
        _cgroupns = flags.Text("cgroupns", null, "Cgroup namespace to use (host, private)");
        _cgroupParent = flags.Text("cgroup-parent", null, "Cgroup to put the container's own into");
        _isolation = flags.Text("isolation", null, "Kind of isolation; \"default\" is the only one");
    }

    public void Apply(HostConfig host)
    {
        if (_cgroupns.Value is not ("" or "host" or "private")) throw new CliException("--cgroupns: invalid CGROUP mode", 125);
        host.CapAdd = _capAdd.OrNull;
        host.CapDrop = _capDrop.OrNull;
        host.Privileged = _privileged;
        HostFlags.Security(_security.Values, host);
        host.GroupAdd = _groups.OrNull;
        if (_sysctls.Values.Count > 0) host.Sysctls = KeyValues.Map(_sysctls.Values);
        host.PidMode = _pid.Value;
        host.IpcMode = _ipc.Value;
        host.UTSMode = _uts.Value;
        host.UsernsMode = _userns.Value;
        host.CgroupnsMode = _cgroupns.Value;
        host.CgroupParent = _cgroupParent.Value;
        host.Isolation = _isolation.Value;
    }
}
