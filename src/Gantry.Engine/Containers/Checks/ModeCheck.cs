using Gantry.Api.Containers;

namespace Gantry.Engine.Containers.Checks;

/// <summary>Whose namespaces a container lives in.</summary>
internal static class ModeCheck
{
    public static void Run(HostConfig host, ContainerStore containers)
    {
        if (host.NetworkMode == "container")
            throw GantryException.Invalid("invalid network mode: invalid container format container:<name|id>");
        Mode("network", host.NetworkMode, containers, joins: true, static _ => true);
        Mode("PID", host.PidMode, containers, joins: true, static mode => mode is "" or "host" or "private");
        Mode("IPC", host.IpcMode, containers, joins: true, static mode => mode is "" or "host" or "private" or "shareable" or "none");
        Mode("UTS", host.UTSMode, containers, joins: false, static mode => mode is "" or "host" or "private");
        Mode("cgroup namespace", host.CgroupnsMode, containers, joins: false, static mode => mode is "" or "host" or "private");
        if (host.UsernsMode is not ("" or "host")) throw GantryException.Invalid($"invalid user namespace mode: {host.UsernsMode}");
        if (host.Cgroup.Length > 0)
            throw GantryException.Invalid($"invalid cgroup: \"{host.Cgroup}\": the cgroup of another container cannot be joined");
    }

    private static void Mode(string kind, string mode, ContainerStore containers, bool joins, Func<string, bool> known)
    {
        if (!joins || ContainerMode.Joined(mode) is not { } other)
        {
            if (!known(mode)) throw GantryException.Invalid($"invalid {kind} mode: {mode}");
            return;
        }
        if (other.Length == 0) throw GantryException.Invalid($"invalid {kind} mode: invalid container format container:<name|id>");
        OtherContainer.Find(containers, other);
    }
}
