using Gantry.Oci.Runtime;

namespace Gantry.Workloads.Bundle;

/// <summary>Turns a workload into the OCI <c>config.json</c> that the runtime gets: the one contract between engine and runtime,
/// and the one place where it is written.</summary>
public static class BundleSpec
{
    /// <summary>Where the root is, as seen from the bundle.</summary>
    public const string Root = "rootfs";

    /// <param name="path">Of the bundle's <c>config.json</c>; replaced as a whole.</param>
    public static void Write(string path, Workload workload) =>
        JsonFile.Save(path, Build(workload), RuntimeJson.Default.OciSpec, durable: false);

    /// <summary>No more than it takes to find what is left of a workload whose own is gone.</summary>
    public static void WriteForTheEnd(string path, string cgroupPath) =>
        JsonFile.Save(path, new OciSpec { Linux = new OciLinux { CgroupsPath = cgroupPath } }, RuntimeJson.Default.OciSpec, durable: false);

    public static OciSpec Build(Workload workload) => new()
    {
        Process = BundleProcess.Build(workload.Process),
        Root = new OciRoot { Path = Root, Readonly = workload.ReadOnlyRoot },
        Hostname = workload.Hostname,
        Domainname = workload.Domainname,
        Mounts = BundleMounts.Build(workload),
        Annotations = workload.Annotations,
        Linux = new OciLinux
        {
            Namespaces = Namespaces(workload.Namespaces),
            CgroupsPath = workload.CgroupPath,
            Devices = BundleDevices.Nodes(workload),
            Resources = workload.Limits with { Devices = BundleDevices.Rules(workload) },
            RootfsPropagation = RootPropagation(workload),
            Seccomp = workload.Seccomp,
            Sysctl = Sysctls(workload),
            MaskedPaths = workload.MaskedPaths,
            ReadonlyPaths = workload.ReadonlyPaths,
        },
    };

    private static List<OciNamespace> Namespaces(WorkloadNamespaces places)
    {
        List<OciNamespace> list = [new() { Type = "mount" }];
        Add(list, "network", "net", places.Network);
        Add(list, "uts", "uts", places.Uts);
        Add(list, "pid", "pid", places.Pid);
        Add(list, "ipc", "ipc", places.Ipc);
        Add(list, "cgroup", "cgroup", places.Cgroup);
        return list;
    }

    private static void Add(List<OciNamespace> list, string type, string kind, NamespacePlace place)
    {
        if (!place.IsHost) list.Add(new OciNamespace { Type = type, Path = place.PathOf(kind) });
    }

    /// <summary>A shared or slave bind mount needs a root that propagates the same way.</summary>
    private static string? RootPropagation(Workload workload)
    {
        string? wanted = null;
        foreach (BindMount mount in workload.Mounts.OfType<BindMount>())
        {
            if (mount.Propagation is "shared" or "rshared") return "shared";
            if (mount.Propagation is "slave" or "rslave") wanted = "rslave";
        }
        return wanted;
    }

    private static Dictionary<string, string>? Sysctls(Workload workload)
    {
        Dictionary<string, string> values = new(NetworkSysctls.Of(workload.Namespaces.Network.IsOwn, workload.Privileged));
        foreach ((string key, string value) in workload.Sysctls) values[key] = value;
        return values.Count == 0 ? null : values;
    }
}
