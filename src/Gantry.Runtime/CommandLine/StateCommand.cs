using System.Text.Json;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class StateCommand
{
    public static Command Command => new("state", "ID", "print the state of a container as JSON", Run);

    private static int Run(GlobalOptions global, OptionParser options)
    {
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        StateJson indented = new(new JsonSerializerOptions(StateJson.Default.Options) { WriteIndented = true });
        return RuntimeCommand.Show(JsonSerializer.Serialize(state.Listed(global.Root), indented.ContainerListEntry) + "\n");
    }
}
