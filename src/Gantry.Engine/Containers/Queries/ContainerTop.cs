using System.Globalization;

namespace Gantry.Engine.Containers.Queries;

/// <summary>The host's <c>ps</c>, with only the container's processes left in.</summary>
/// <param name="cgroupParent">Of containers that name none.</param>
public sealed class ContainerTop(ContainerStore store, ContainerEvents events, string cgroupParent)
{
    /// <param name="arguments">Options for <c>ps</c>; null or empty is <c>-ef</c>. Its output must have a column PID.</param>
    public async Task<ProcessTable> RunAsync(string reference, string? arguments, CancellationToken cancellation)
    {
        Container container = store.Find(reference);
        if (container.Status.Restarting)
            throw GantryException.Conflict($"Container {container.Id} is restarting, wait until the container is running");
        if (!container.Status.Running) throw GantryException.Conflict($"container {container.Id} is not running");
        string[] psOptions = string.IsNullOrWhiteSpace(arguments) ? ["-ef"] : arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        HashSet<int> pids = [.. Cgroup.Processes(container, cgroupParent)];
        Subprocess.Result result = await Subprocess.RunAsync("ps", psOptions, cancellation: cancellation);
        if (result.ExitCode != 0) throw PsFailed(result, asked: !string.IsNullOrWhiteSpace(arguments));
        ProcessTable found = Select(result.Output, pids);
        events.Publish(container, "top");
        return found;
    }

    /// <param name="asked">With options of the caller's, so that it is the caller who was wrong.</param>
    private static GantryException PsFailed(Subprocess.Result result, bool asked)
    {
        string message = $"error running ps: exit status {result.ExitCode}: {result.Error.Trim()}";
        return asked ? GantryException.Invalid(message) : GantryException.Internal(message);
    }

    private static ProcessTable Select(string output, HashSet<int> pids)
    {
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<string> titles = lines.Length == 0 ? [] : [.. lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        int column = titles.IndexOf("PID");
        if (column < 0) throw GantryException.Invalid("Couldn't find PID field in ps output");
        List<List<string>> rows = [];
        foreach (string line in lines.Skip(1))
        {
            // The last column, the command, keeps its spaces.
            List<string> fields = [.. SplitInto(line, titles.Count)];
            if (fields.Count > column && int.TryParse(fields[column], NumberStyles.None, CultureInfo.InvariantCulture, out int pid)
                && pids.Contains(pid)) rows.Add(fields);
        }
        return new ProcessTable(titles, rows);
    }

    private static IEnumerable<string> SplitInto(string line, int columns)
    {
        int at = 0;
        for (int column = 0; column < columns; column++)
        {
            while (at < line.Length && line[at] == ' ') at++;
            if (at >= line.Length) yield break;
            int end = column == columns - 1 ? -1 : line.IndexOf(' ', at);
            if (end < 0)
            {
                yield return line[at..].TrimEnd();
                yield break;
            }
            yield return line[at..end];
            at = end;
        }
    }
}
