using Gantry.Api;
using Gantry.Engine.Containers.Bundle;
using Gantry.Engine.Security;
using Gantry.Linux;
using Gantry.Network;

namespace Gantry.Engine.Containers;

/// <summary>Everything about a create request that can be refused before anything is made.</summary>
internal static class RequestCheck
{
    public static void Run(ContainerConfig config, HostConfig host, ContainerEngine engine, List<string> warnings)
    {
        if ((config.Entrypoint ?? []).Count + (config.Cmd ?? []).Count == 0) throw GantryException.Invalid("no command specified");
        if (config.WorkingDir.Length > 0 && !config.WorkingDir.StartsWith('/')) throw GantryException.Invalid($"the working directory '{config.WorkingDir}' is invalid, it needs to be an absolute path");
        if (!string.IsNullOrEmpty(config.StopSignal)) Signals.Parse(config.StopSignal);
        foreach (string entry in config.Env ?? [])
        {
            if (entry.Length == 0 || entry[0] == '=') throw GantryException.Invalid($"invalid environment variable: {entry}");
        }
        BundleResources.Validate(host);
        BundleDevices.Rules(host);
        CapabilitySet.Resolve(host.Privileged, host.CapAdd, host.CapDrop);
        SecurityOptions security = SecurityOptions.Parse(host.SecurityOpt);
        if (security.Seccomp is { } profile and not ("unconfined" or "builtin")) SeccompProfile.Parse(profile, []);
        Restart(host);
        Modes(host, engine);
        PortList.Parse(config, host);
        LogSettings.Check(host.LogConfig);
        if (host.Sysctls is not null) Sysctls(host);
        if (host.DeviceRequests is { Count: > 0 } devices) throw GantryException.Invalid($"could not select device driver \"{devices[0].Driver}\" with capabilities: [[{string.Join(' ', devices[0].Capabilities?.FirstOrDefault() ?? [])}]]");
        if (host.Links is { Count: > 0 }) warnings.Add("Links are a legacy feature and are not set up: use a network, where containers find each other by name.");
    }

    private static void Restart(HostConfig host)
    {
        RestartPolicy policy = host.RestartPolicy;
        if (policy.Name is not ("no" or "always" or "unless-stopped" or "on-failure"))
        {
            throw GantryException.Invalid($"invalid restart policy: unknown policy '{policy.Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
        }
        if (policy.Name != "on-failure" && policy.MaximumRetryCount != 0) throw GantryException.Invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        if (policy.MaximumRetryCount < 0) throw GantryException.Invalid("invalid restart policy: maximum retry count cannot be negative");
        if (host.AutoRemove && policy.Name != "no") throw GantryException.Invalid("can't create 'AutoRemove' container with restart policy");
    }

    private static void Modes(HostConfig host, ContainerEngine engine)
    {
        Mode("network", host.NetworkMode, engine, _ => true);
        Mode("PID", host.PidMode, engine, mode => mode is "" or "host" or "private");
        Mode("IPC", host.IpcMode, engine, mode => mode is "" or "host" or "private" or "shareable" or "none");
        Mode("UTS", host.UTSMode, engine, mode => mode is "" or "host" or "private");
        Mode("cgroup namespace", host.CgroupnsMode, engine, mode => mode is "" or "host" or "private");
        if (host.UsernsMode is not ("" or "host")) throw GantryException.Invalid($"invalid user namespace mode: {host.UsernsMode}");
    }

    private static void Mode(string kind, string mode, ContainerEngine engine, Func<string, bool> known)
    {
        if (mode == "container:") throw GantryException.Invalid("invalid container format container:<name|id>");
        if (mode.StartsWith("container:", StringComparison.Ordinal)) engine.Store.Find(mode["container:".Length..]);
        else if (!known(mode)) throw GantryException.Invalid($"invalid {kind} mode: {mode}");
    }

    /// <summary>Only what belongs to a namespace of the container's own may be set from it.</summary>
    private static void Sysctls(HostConfig host)
    {
        foreach (string name in host.Sysctls!.Keys)
        {
            bool network = name.StartsWith("net.", StringComparison.Ordinal);
            bool ipc = name.StartsWith("fs.mqueue.", StringComparison.Ordinal) || name.StartsWith("kernel.sem", StringComparison.Ordinal) || name.StartsWith("kernel.shm", StringComparison.Ordinal) || name.StartsWith("kernel.msg", StringComparison.Ordinal);
            if (network && host.NetworkMode == "host") throw GantryException.Invalid($"sysctl \"{name}\" not allowed in host network namespace");
            if (ipc && host.IpcMode == "host") throw GantryException.Invalid($"sysctl \"{name}\" not allowed in host ipc namespace");
            if (!network && !ipc && name is not ("kernel.domainname" or "kernel.hostname")) throw GantryException.Invalid($"sysctl \"{name}\" is not in a separate kernel namespace");
        }
    }
}
