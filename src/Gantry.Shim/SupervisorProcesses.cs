using Gantry.Linux;
using Gantry.Linux.Files;
using Gantry.Linux.Processes;

namespace Gantry.Shim;

/// <summary>Supervisors as the kernel lists them: one lives on although its socket was removed, or is looked for elsewhere.</summary>
/// <remarks>
/// By its command line and its program. A tracer, an editor or a shell may have the same words at its end. The file tells, whatever it is
/// called; after an upgrade it is another one, perhaps in another directory, and then its name does: of one that was replaced the kernel
/// still knows it. A container's process can call itself all this, and gains nothing but its own end.
/// </remarks>
public static class SupervisorProcesses
{
    /// <summary>The program that asks, where it is itself the runtime.</summary>
    public const string ThisProgram = "/proc/self/exe";

    private const string Before = "\0shim\0--config\0", Deleted = " (deleted)";

    /// <param name="shimConfig">With which it was started.</param>
    /// <param name="runtime">Its program.</param>
    /// <returns>Null when none lives.</returns>
    public static int? Of(string shimConfig, string runtime) =>
        All(runtime).Where(one => one.Config == shimConfig).Select(one => (int?)one.Pid).FirstOrDefault();

    /// <summary>Whether this process, whose number may have been another's, is that one.</summary>
    public static bool Is(int pid, string shimConfig, string runtime) => ConfigOf(pid) == shimConfig && IsRuntime(pid, runtime);

    /// <summary>Each with what it was started with.</summary>
    public static IEnumerable<(int Pid, string Config)> All(string runtime)
    {
        foreach (int pid in ProcessList.All())
            if (ConfigOf(pid) is { } config && IsRuntime(pid, runtime)) yield return (pid, config);
    }

    private static bool IsRuntime(int pid, string runtime)
    {
        string program = $"/proc/{pid}/exe";
        if (FileIdentity.Of(program) is { } file && file == FileIdentity.Of(runtime)) return true;
        return Target(program) is { } name && name == (runtime == ThisProgram ? Target(runtime) : Path.GetFileName(runtime));
    }

    private static string? Target(string program)
    {
        string? name = Path.GetFileName(new FileInfo(program).LinkTarget);
        return name?.EndsWith(Deleted, StringComparison.Ordinal) == true ? name[..^Deleted.Length] : name;
    }

    private static string? ConfigOf(int pid)
    {
        try
        {
            string line = LinuxFile.ReadText($"/proc/{pid}/cmdline");
            int start = line.LastIndexOf(Before, StringComparison.Ordinal);
            return start >= 0 ? line[(start + Before.Length)..].TrimEnd('\0') : null;
        }
        catch (KernelException)
        {
            // It has gone.
            return null;
        }
    }
}
