using Gantry.Linux;
using Gantry.Linux.Mounts;
using Gantry.Oci.Runtime;
using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;
using Gantry.Runtime.Statistics;
using Gantry.Runtime.Supervision.Reports;
using Gantry.Runtime.Supervision.Streams;
using Gantry.Shim;

namespace Gantry.Runtime.Supervision.Runtimes;

/// <summary>A container of our own runtime, made inside this very process.</summary>
internal sealed class OwnContainer(ShimConfig config, ConfigFile spec, CreatedContainer container) : SupervisedContainer
{
    public static OwnContainer Make(ShimConfig config, string bundle, ConfigFile spec, StdioPipes? pipes, Action<int> namespacesReady)
    {
        CreatedContainer container = WithStreams(pipes, (stdin, stdout, stderr) => ContainerCreate.Run(new CreateRequest
        {
            Id = config.Id,
            Bundle = bundle,
            Spec = spec.Spec,
            Config = spec,
            StateRoot = config.RuntimeRoot,
            Root = config.Root,
            Trees = config.Trees,
            Stdin = stdin,
            Stdout = stdout,
            Stderr = stderr,
            NamespacesReady = namespacesReady,
        }));
        return new OwnContainer(config, spec, container);
    }

    public override int Pid => container.Pid;
    public override SafeFileDescriptor PidFd => container.PidFd;
    public override int ConsoleMaster => container.ConsoleMaster;
    public override IReadOnlyList<PhaseTime> Phases => container.Phases;
    public override IReadOnlyList<string> Notes => container.Notes;

    public override void Start() => container.Start();
    public override void Signal(int signal, bool all) => container.Signal(signal, all);
    public override void Pause() => container.Pause();
    public override void Resume() => container.Resume();
    public override void Update(OciResources resources) => container.Update(resources);
    public override bool OomKilled() => container.OomKilled();
    public override OomWatch WatchOom() => container.WatchOom();
    public override void Destroy() => container.Destroy();

    public override LaunchedProcess Exec(OciProcess process, StdioPipes? pipes)
    {
        ExecutedProcess executed = WithStreams(pipes, (stdin, stdout, stderr) => ContainerExec.Run(new ExecRequest
        {
            Process = process,
            TargetPid = container.Pid,
            Spec = spec.Spec,
            Config = spec,
            Id = config.Id,
            StateRoot = config.RuntimeRoot,
            Stdin = stdin,
            Stdout = stdout,
            Stderr = stderr,
        }));
        return new LaunchedProcess(executed.Pid, executed.PidFd, executed.ConsoleMaster, executed.Phases);
    }

    /// <summary>With a null device in the place of streams that are not wanted. The host's, for init gives the process another.</summary>
    private static T WithStreams<T>(StdioPipes? pipes, Func<int, int, int, T> make)
    {
        using SafeFileDescriptor nothing = NullDevice.OpenHosts();
        (int stdin, int stdout, int stderr) = pipes?.With(nothing) ?? (0, 1, 2);
        return make(stdin, stdout, stderr);
    }
}
