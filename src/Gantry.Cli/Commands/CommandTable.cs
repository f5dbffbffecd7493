using Gantry.Cli.Builds;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers;
using Gantry.Cli.Events;
using Gantry.Cli.Host;
using Gantry.Cli.Images;
using Gantry.Cli.Inspection;
using Gantry.Cli.Networks;
using Gantry.Cli.Registry;
using Gantry.Cli.Tracing;
using Gantry.Cli.Volumes;

namespace Gantry.Cli.Commands;

/// <summary>Every command, with what makes it; a name is looked up without making the others.</summary>
internal static class CommandTable
{
    public static readonly (string Name, string Summary)[] Nouns =
    [
        ("builder", "Manage builds"),
        ("container", "Manage containers"),
        ("image", "Manage images"),
        ("network", "Manage networks"),
        ("system", "Manage the engine"),
        ("volume", "Manage volumes"),
    ];

    public static readonly CommandEntry[] All =
    [
        new("builder build", "Build an image from a Dockerfile", () => new ImageBuild()),
        new("builder du", "Show what the build cache takes", () => new BuilderDiskUsage()),
        new("builder prune", "Remove build cache", () => new BuilderPrune()),
        new("container attach", "Connect with the streams of a running container", () => new ContainerAttach(), "attach"),
        new("container commit", "Make an image from what a container has changed", () => new ContainerCommit(), "commit"),
        new("container cp", "Copy files between a container and the local filesystem", () => new ContainerCopy(), "cp"),
        new("container create", "Create a container without starting it", () => new ContainerCreate(), "create"),
        new("container diff", "List what a container has changed in its filesystem", () => new ContainerDiff(), "diff"),
        new("container exec", "Run a command in a running container", () => new ContainerExec(), "exec"),
        new("container export", "Write a container's filesystem as a tar archive", () => new ContainerExport(), "export"),
        new("container inspect", "Describe containers in full", () => new Inspect(InspectedType.Container)),
        new("container kill", "Send a signal to containers, SIGKILL unless another is named", () => new ContainerKill(), "kill"),
        new("container logs", "Show what a container has written", () => new ContainerLogs(), "logs"),
        new("container ls", "List containers", () => new ContainerList(), "container list", "container ps", "ps"),
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
        new("image build", "Build an image from a Dockerfile", () => new ImageBuild(), "build"),
        new("image history", "Show the steps an image was made in", () => new ImageHistoryList(), "history"),
        new("image import", "Make an image from a root filesystem's archive", () => new ImageImport(), "import"),
        new("image inspect", "Describe images in full", () => new Inspect(InspectedType.Image)),
        new("image load", "Load images from an archive", () => new ImageLoad(), "load"),
        new("image ls", "List images", () => new ImageList(), "image list", "images"),
        new("image prune", "Remove unused images", () => new ImagePrune()),
        new("image pull", "Fetch an image from a registry", () => new ImagePull(), "pull"),
        new("image push", "Send an image to a registry", () => new ImagePush(), "push"),
        new("image rm", "Remove images", () => new ImageRemove(), "image remove", "rmi"),
        new("image save", "Save images to an archive", () => new ImageSave(), "save"),
        new("image tag", "Give an image another name", () => new ImageTag(), "tag"),
        new("inspect", "Describe objects in full", () => new Inspect()),
        new("login", "Log in to a registry", () => new RegistryLogin()),
        new("logout", "Forget the login to a registry", () => new RegistryLogout()),
        new("network connect", "Connect a container to a network", () => new NetworkConnect()),
        new("network create", "Create a network", () => new NetworkCreate()),
        new("network disconnect", "Disconnect a container from a network", () => new NetworkDisconnect()),
        new("network inspect", "Describe networks in full", () => new Inspect(InspectedType.Network)),
        new("network ls", "List networks", () => new NetworkList(), "network list"),
        new("network prune", "Remove all networks that nobody uses", () => new NetworkPrune()),
        new("network rm", "Remove networks", () => new NetworkRemove(), "network remove"),
        new("search", "Look for images on a registry", () => new RegistrySearch()),
        new("system check", "Check that everything in the data root is whole", () => new SystemCheck()),
        new("system df", "Show what takes disk space", () => new DiskUsageCommand()),
        new("system events", "Follow what happens in the engine", () => new EventList(), "events"),
        new("system info", "Describe the engine and its machine", () => new InfoCommand(), "info"),
        new("system prune", "Remove what nobody uses", () => new SystemPrune()),
        new("system trace", "Show where the time of the last operations went", () => new TraceList(), "trace"),
        new("version", "Show the versions of client and engine", () => new VersionCommand()),
        new("volume create", "Create a volume", () => new VolumeCreate()),
        new("volume inspect", "Describe volumes in full", () => new Inspect(InspectedType.Volume)),
        new("volume ls", "List volumes", () => new VolumeList(), "volume list"),
        new("volume prune", "Remove volumes that no container uses", () => new VolumePrune()),
        new("volume rm", "Remove volumes", () => new VolumeRemove(), "volume remove"),
    ];
}
