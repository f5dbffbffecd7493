using System.Text;
using System.Text.Json;
using Gantry.Runtime.Containers;

namespace Gantry.Runtime.CommandLine;

internal static class PsCommand
{
    /// <summary>It reads of every process of the machine, and one that hangs in the kernel may hold it up.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Command Command =>
        new("ps", "ID [PS_OPTIONS...]", "show the container's processes as ps(1) does, with -ef or the options given", Run,
        "format|f=FORMAT  table (default), or json: the numbers alone") { TakesCommand = true };

    private static int Run(GlobalOptions global, OptionParser options)
    {
        if (options["format"] is not (null or "table" or "json")) throw GantryException.Invalid("invalid format option");
        ContainerState state = ContainerState.Load(global.Root, options.Id);
        List<int> processes = state.Cgroup().Processes();
        if (options["format"] == "json")
            return RuntimeCommand.Show(JsonSerializer.Serialize(processes, StateJson.Default.ListInt32) + "\n");
        string[] psOptions = options.Arguments.Length > 1 ? options.Arguments[1..] : ["-ef"];
        Subprocess.Result result = Subprocess.RunAsync("ps", psOptions, limit: Limit).GetAwaiter().GetResult();
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
            if (int.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[column], out int pid) && processes.Contains(pid))
                text.Append(line).Append('\n');
        return text.ToString();
    }
}
