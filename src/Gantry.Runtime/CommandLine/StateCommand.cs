using System.Text.Json;
using Gantry.Oci.Runtime;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class StateCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        ContainerState state = ContainerState.Load(global.Root, new OptionParser(args).Id("state"));
        RuntimeJson indented = new(new JsonSerializerOptions(RuntimeJson.Default.Options) { WriteIndented = true });
        return RuntimeCommand.Show(JsonSerializer.Serialize(state.ToOci(global.Root), indented.OciState) + "\n");
    }
}
