using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>Where a container's files are.</summary>
/// <param name="dataRoot">Survives a reboot.</param>
/// <param name="execRoot">Gone with a reboot, as the processes are.</param>
public sealed class ContainerPaths(string dataRoot, string execRoot, string id)
{
    public string Id { get; } = id;
    public string Directory { get; } = $"{dataRoot}/containers/{id}";
    /// <summary>The OCI bundle: <c>config.json</c> and <c>shim.json</c>.</summary>
    public string Bundle { get; } = $"{execRoot}/containers/{id}";

    public string Config => Directory + "/config.v2.json";
    public string HostConfig => Directory + "/hostconfig.json";
    public string Hostname => Directory + "/hostname";
    public string Hosts => Directory + "/hosts";
    public string ResolvConf => Directory + "/resolv.conf";
    public string Log => $"{Directory}/{Id}-json.log";
    public string LocalLog => $"{Directory}/{Id}-local.log";
    public string Exit => Directory + "/exit.json";
    public string Shm => Bundle + "/shm";
    public string Socket => Bundle + "/shim.sock";
    public string Pids => Bundle + "/pids.json";
    public string Spec => Bundle + "/config.json";
    /// <summary>Both records once more, while it runs: <see cref="ContainerCopy"/>.</summary>
    public string Copy => Bundle + "/container.json";
    /// <summary>There while the limits that it runs with are being changed: <see cref="Lifecycle.UnfinishedUpdate"/>.</summary>
    public string Updating => Bundle + "/updating";
    /// <summary>Where the exit status is when the data root did not take it.</summary>
    public string SpareExit => Bundle + "/exit.json";
    /// <summary>There while the container is being made: what is found with it after a crash was never answered for.</summary>
    public string Unfinished => Directory + UnfinishedSuffix;
    public const string UnfinishedSuffix = ".creating";
    /// <summary>There while something is left of a run that could not be ended; says why.</summary>
    public string Remains => Bundle + "/remains";
    public string ShimConfig => Bundle + "/shim.json";

    /// <summary>What is made anew at each start needs its place, whatever is there.</summary>
    public static void MakeRoom(string path)
    {
        // A FIFO holds whoever writes to it.
        if (FileNature.KindOfEntry(path) is not (null or FileKind.Regular)) JsonFile.SetAside(path);
    }
}
