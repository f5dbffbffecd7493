using Gantry.Oci.Runtime.Reading;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class CreateCommand
{
    public static Command Command =>
        new("create", "ID", "make a container from a bundle, up to where only its command is missing", Run, NewContainer.Options);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ConfigFile config = NewContainer.Load(options, out string bundle);
        NewContainer.CheckTerminal(options, config.Spec.Process?.Terminal == true, detached: true);
        using CreatedContainer container =
            ContainerCreate.Run(NewContainer.Request(global, options, config, bundle) with { StartFromElsewhere = true });
        try
        {
            NewContainer.Introduce(options, container.Pid, container.PidFd, container.ConsoleMaster);
        }
        catch
        {
            container.Destroy();
            throw;
        }
        NewContainer.LogPhases(global, container.Phases, container.Notes);
        return 0;
    }
}
