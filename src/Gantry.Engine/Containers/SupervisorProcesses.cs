using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Trees;

namespace Gantry.Engine.Containers;

/// <summary>Supervisors as the kernel lists them: one lives on although its socket was removed, or is looked for elsewhere.</summary>
/// <remarks>By command line and program, as <c>shim --end</c> finds those that it ends.</remarks>
public static class SupervisorProcesses
{
    private const string Before = "\0shim\0--config\0", Deleted = " (deleted)";

    /// <param name="shimConfig">With which it was started.</param>
    /// <param name="runtime">Its program.</param>
    /// <returns>Null when none lives.</returns>
    public static int? Of(string shimConfig, string runtime) =>
        All(runtime).Where(one => one.Config == shimConfig).Select(one => (int?)one.Pid).FirstOrDefault();

    /// <summary>Identifiers of the containers that have one below this exec root.</summary>
    public static IReadOnlyList<string> Below(string execRoot, string runtime)
    {
        List<string> found = [];
        foreach ((int _, string config) in All(runtime))
        {
            string id = Path.GetFileName(Path.GetDirectoryName(config)) ?? "";
            if (config == new ContainerPaths("", execRoot, id).ShimConfig) found.Add(id);
        }
        return found;
    }

    private static IEnumerable<(int Pid, string Config)> All(string runtime)
    {
        foreach (string directory in OwnDirectory.Directories("/proc", followLinks: false))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid)) continue;
            string line = CommandLine(pid);
            int start = line.LastIndexOf(Before, StringComparison.Ordinal);
            if (start >= 0 && IsRuntime(pid, runtime)) yield return (pid, line[(start + Before.Length)..].TrimEnd('\0'));
        }
    }

    /// <summary>After an upgrade it is another file than ours, and has the name.</summary>
    private static bool IsRuntime(int pid, string runtime)
    {
        if (FileIdentity.Of($"/proc/{pid}/exe") is { } file && file == FileIdentity.Of(runtime)) return true;
        string? name = Path.GetFileName(new FileInfo($"/proc/{pid}/exe").LinkTarget);
        if (name?.EndsWith(Deleted, StringComparison.Ordinal) == true) name = name[..^Deleted.Length];
        return name == Path.GetFileName(runtime);
    }

    private static string CommandLine(int pid)
    {
        try
        {
            return LinuxFile.ReadText($"/proc/{pid}/cmdline");
        }
        catch (KernelException)
        {
            // It has gone.
            return "";
        }
    }
}
