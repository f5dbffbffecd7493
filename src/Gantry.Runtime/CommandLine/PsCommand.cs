using System.Text;
using System.Text.Json;
using Gantry.Runtime.Cgroups;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class PsCommand
{
    internal static int Run(GlobalOptions global, ReadOnlySpan<string> args)
    {
        OptionParser options = new(args, "format|f=");
        ContainerState state = ContainerState.Load(global.Root, options.Id("ps"));
        List<int> processes = ContainerCgroup.At(state.CgroupPath).Processes();
        if (options["format"] == "json") return RuntimeCommand.Show(JsonSerializer.Serialize(processes, StateJson.Default.ListInt32) + "\n");
        string[] psOptions = options.Arguments.Length > 1 ? options.Arguments[1..] : ["-ef"];
        Subprocess.Result result = Subprocess.RunAsync("ps", psOptions).GetAwaiter().GetResult();
        if (result.ExitCode != 0) throw GantryException.Internal($"ps: {result.Error.Trim()}");
        return RuntimeCommand.Show(Filter(result.Output, processes));
    }

    private static string Filter(string output, List<int> processes)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int column = Array.IndexOf(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), "PID");
        if (column < 0) throw GantryException.Invalid("couldn't find PID field in ps output");
        StringBuilder text = new(lines[0] + "\n");
        foreach (string line in lines.AsSpan(1))
            if (int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column], out int pid) && processes.Contains(pid)) text.Append(line).Append('\n');
        return text.ToString();
    }
}
