using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Oci.Runtime;
using Gantry.Shim;

namespace Gantry.Engine.Containers.Recovery;

/// <summary>What a bundle says of a container whose records are lost with their copy: enough to see it, to stop it,
/// to execute in it and to start it again.</summary>
/// <remarks>
/// What it may and may not do, and how much of the machine it may have, is kept to the letter: started again it gets the same
/// <c>config.json</c>, but for what is
/// named as lost. Of the rest, <see cref="NeverThere"/> is in no bundle.
/// </remarks>
internal static class RecordFromBundle
{
    private const string NeverThere =
        "its name, labels, networks, published ports, restart policy, health check, stop signal and what its log says of it, "
        + "and which of its volumes are anonymous";

    /// <param name="name">What it is called from now on.</param>
    /// <param name="image">Identifier of the image that its writable layer stands on; empty where that cannot be told.</param>
    /// <param name="lost">What is not known any more, for those who have to do with it: a list in words.</param>
    /// <exception cref="DamagedFileException">The bundle is damaged too, or gone.</exception>
    public static ContainerCopy Read(ContainerPaths paths, string id, string name, string image, string driver, BundleSurroundings known,
        out string lost)
    {
        OciSpec spec = JsonFile.Load(paths.Spec, RuntimeJson.Default.OciSpec) ?? throw new DamagedFileException(paths.Spec, "is gone");
        ShimConfig shim = JsonFile.Load(paths.ShimConfig, ShimJson.Default.ShimConfig)
            ?? throw new DamagedFileException(paths.ShimConfig, "is gone");
        if (shim.Id != id || spec.Process is not { Args: [var command, ..] arguments } process)
            throw new DamagedFileException(paths.ShimConfig, "is of another container");
        if (HasInit(spec, process)) (command, arguments) = (arguments[2], [.. arguments.Skip(2)]);
        List<string> unknown = [NeverThere];
        HostConfig host = new HostConfigFromBundle(spec, process, shim, known, unknown).Read();
        lost = string.Join("; ", unknown);
        return new ContainerCopy
        {
            Record = new ContainerRecord
            {
                Id = id, Name = name, Created = File.GetLastWriteTimeUtc(paths.Spec), Path = command, Args = [.. arguments.Skip(1)],
                Image = image, Driver = driver,
                Config = Config(spec, process, arguments, shim, image),
                Mounts = [.. Own(spec, process, paths).Select(mount => mount.Type == "tmpfs" ? Tmpfs(mount) : Mount(mount, known.Volumes))],
                Networks = new Dictionary<string, EndpointSettings> { [host.NetworkMode] = new() },
                Status = new ContainerStatus { Running = true, StartedAt = File.GetLastWriteTimeUtc(paths.Spec) },
            },
            HostConfig = host,
        };
    }

    private static ContainerConfig Config(OciSpec spec, OciProcess process, IReadOnlyList<string> command, ShimConfig shim, string image) =>
        new()
    {
        Hostname = spec.Hostname ?? "", Domainname = spec.Domainname ?? "", Env = [.. process.Env ?? []], Cmd = [.. command],
        WorkingDir = process.Cwd,
        User = process.User.Username ?? (process.User.Uid == 0 ? "" : $"{process.User.Uid}:{process.User.Gid}"),
        Tty = shim.Terminal, OpenStdin = shim.OpenStdin, StdinOnce = shim.StdinOnce, Image = image,
    };

    /// <summary>The program of <c>--init</c> comes first, and from the host.</summary>
    public static bool HasInit(OciSpec spec, OciProcess process) =>
        process.Args is [InitProgram.InsidePath, "--", _, ..]
            && (spec.Mounts ?? []).Any(mount => mount is { Type: "bind", Destination: InitProgram.InsidePath });

    /// <summary>Those that it was made with; what the engine mounts into every container is none of them.</summary>
    private static IEnumerable<OciMount> Own(OciSpec spec, OciProcess process, ContainerPaths paths)
    {
        string bundles = Path.GetDirectoryName(paths.Bundle) + "/";
        return (spec.Mounts ?? []).Where(mount => mount switch
        {
            { Type: "tmpfs" } => mount.Destination != "/dev" && (mount.Destination, mount.Source) != ("/dev/shm", "shm"),
            { Type: not "bind" } => false,
            { Destination: "/dev/shm", Source: "/dev/shm" } => false,
            { Destination: "/dev/shm", Source: { } source } =>
                !(source.StartsWith(bundles, StringComparison.Ordinal) && source.EndsWith("/shm", StringComparison.Ordinal)),
            { Destination: "/etc/resolv.conf" } => mount.Source != paths.ResolvConf,
            { Destination: "/etc/hostname" } => mount.Source != paths.Hostname,
            { Destination: "/etc/hosts" } => mount.Source != paths.Hosts,
            { Destination: InitProgram.InsidePath } => !HasInit(spec, process),
            _ => true,
        });
    }

    private static ContainerMount Tmpfs(OciMount mount)
    {
        List<string> options = [.. mount.Options ?? []];
        foreach (string always in (ReadOnlySpan<string>)["nosuid", "nodev", "noexec"]) options.Remove(always);
        return new ContainerMount { Type = "tmpfs", Destination = mount.Destination, Options = string.Join(',', options) };
    }

    private static ContainerMount Mount(OciMount mount, string volumes)
    {
        string source = mount.Source ?? "";
        string? volume = source.StartsWith(volumes + "/", StringComparison.Ordinal) ? source[(volumes.Length + 1)..].Split('/')[0] : null;
        return new ContainerMount
        {
            Type = volume is null ? "bind" : "volume", Name = volume, Driver = volume is null ? null : "local", Source = source,
            Destination = mount.Destination,
            ReadWrite = mount.Options?.Contains("ro") != true,
            Propagation = mount.Options?.LastOrDefault(option => option.EndsWith("private", StringComparison.Ordinal)
                || option.EndsWith("shared", StringComparison.Ordinal) || option.EndsWith("slave", StringComparison.Ordinal)) ?? "",
            NonRecursive = mount.Options?.Contains("bind") == true,
            WritableBelow = volume is null && mount.Options is { } flags && flags.Contains("rbind") && flags.Contains("ro")
                && !flags.Contains("rro"),
        };
    }
}
