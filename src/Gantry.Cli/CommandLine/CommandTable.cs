namespace Gantry.Cli;

/// <summary>Every command, with what makes it; a name is looked up without making the others.</summary>
internal static class CommandTable
{
    public static readonly (string Name, string Summary)[] Nouns =
    [
        ("container", "Manage containers"),
        ("image", "Manage images"),
        ("network", "Manage networks"),
        ("system", "Manage the engine"),
        ("volume", "Manage volumes"),
    ];

    public static readonly CommandEntry[] All =
    [
        new("container attach", "Connect with the streams of a running container", () => new ContainerAttach(), "attach"),
        new("container create", "Create a container without starting it", () => new ContainerCreate(), "create"),
        new("container diff", "List what a container has changed in its filesystem", () => new ContainerDiff(), "diff"),
        new("container exec", "Run a command in a running container", () => new ContainerExec(), "exec"),
        new("container export", "Write a container's filesystem as a tar archive", () => new ContainerExport(), "export"),
        new("container kill", "Send a signal to containers, SIGKILL unless another is named", () => new ContainerKill(), "kill"),
        new("container logs", "Show what a container has written", () => new ContainerLogs(), "logs"),
        new("container pause", "Stop all processes of containers for a while", () => new ContainerPause(), "pause"),
        new("container port", "List the published ports of a container", () => new ContainerPortList(), "port"),
        new("container prune", "Remove all stopped containers", () => new ContainerPrune()),
        new("container rename", "Give a container another name", () => new ContainerRename(), "rename"),
        new("container restart", "Stop and start containers", () => new ContainerRestart(), "restart"),
        new("container rm", "Remove containers", () => new ContainerRemove(), "container remove", "rm"),
        new("container run", "Create a container from an image and run it", () => new ContainerRun(), "run"),
        new("container start", "Start containers", () => new ContainerStart(), "start"),
        new("container stop", "Stop containers, with time to finish", () => new ContainerStop(), "stop"),
        new("container top", "List the processes of a container", () => new ContainerTop(), "top"),
        new("container unpause", "Let paused containers go on", () => new ContainerUnpause(), "unpause"),
        new("container update", "Change the limits of containers", () => new ContainerUpdate(), "update"),
        new("container wait", "Wait until containers end and print their exit status", () => new ContainerWait(), "wait"),
        new("network connect", "Connect a container to a network", () => new NetworkConnect()),
        new("network create", "Create a network", () => new NetworkCreate()),
        new("network disconnect", "Disconnect a container from a network", () => new NetworkDisconnect()),
        new("network ls", "List networks", () => new NetworkList(), "network list"),
        new("network prune", "Remove all networks that nobody uses", () => new NetworkPrune()),
        new("network rm", "Remove networks", () => new NetworkRemove(), "network remove"),
        new("volume create", "Create a volume", () => new VolumeCreate()),
        new("volume ls", "List volumes", () => new VolumeList(), "volume list"),
        new("volume prune", "Remove volumes that no container uses", () => new VolumePrune()),
        new("volume rm", "Remove volumes", () => new VolumeRemove(), "volume remove"),
    ];
}
