using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

/// <summary>create, start, wait and delete in one process.</summary>
internal static class RunCommand
{
    public static Command Command => new("run", "ID", "create and start a container, and wait for it unless told otherwise", Run,
        [.. NewContainer.Options, "detach|d  return when the command runs", "keep  leave the container in the list when it has ended"]);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ConfigFile config = NewContainer.Load(options, out string bundle);
        bool detach = options.Has("detach");
        NewContainer.CheckTerminal(options, config.Spec.Process?.Terminal == true, detach);
        using ForegroundProcess? foreground = detach ? null : new ForegroundProcess();
        using CreatedContainer container =
            ContainerCreate.Run(NewContainer.Request(global, options, config, bundle) with { NamespacesReady = _ => foreground?.Listen() });
        try
        {
            NewContainer.Introduce(options, container.Pid, container.PidFd, container.ConsoleMaster);
            container.Start();
            NewContainer.LogPhases(global, container.Phases, container.Notes);
            if (foreground is null) return 0;
            int code = foreground.Wait(container.PidFd, options["console-socket"] is null ? container.ConsoleMaster : -1);
            if (!options.Has("keep")) container.Destroy();
            return code;
        }
        catch
        {
            container.Destroy();
            throw;
        }
    }
}
