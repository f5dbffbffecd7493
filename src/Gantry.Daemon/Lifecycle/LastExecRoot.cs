using System.Text;
using Gantry.Engine.Containers;
using Gantry.Linux.Files;
using Gantry.Shim;

namespace Gantry.Daemon.Lifecycle;

/// <summary>Which exec root the last daemon had on this data root: containers that it left running are reached there and nowhere
/// else.</summary>
internal static class LastExecRoot
{
    private const string Name = "exec-root";

    /// <exception cref="GantryException">Conflict: containers run below another one.</exception>
    public static void Check(ContainerOptions options)
    {
        string path = Path.Combine(options.DataRoot, Name);
        if (Read(path) is { } last && last != options.ExecRoot && !IsSame(last, options.ExecRoot))
        {
            int running = SupervisorProcesses.All(options.Runtime).Count(one => IsOfHere(one.Config, last, options));
            if (running > 0)
                throw GantryException.Conflict($"{running} containers of data root {options.DataRoot} run below exec root {last}, and "
                    + $"cannot be reached below {options.ExecRoot}: start with --exec-root {last}, or stop them with such a daemon first");
        }
        Write(path, options.ExecRoot);
    }

    /// <summary>Whether this is the supervisor of a container below that exec root, and the container one of ours.</summary>
    private static bool IsOfHere(string shimConfig, string execRoot, ContainerOptions options)
    {
        string id = Path.GetFileName(Path.GetDirectoryName(shimConfig)) ?? "";
        return shimConfig == new ContainerPaths("", execRoot, id).ShimConfig && Directory.Exists(options.PathsOf(id).Directory);
    }

    /// <summary>By another name, as through a link.</summary>
    private static bool IsSame(string one, string other) => FileIdentity.Of(one) is { } file && file == FileIdentity.Of(other);

    private static string? Read(string path)
    {
        try
        {
            return FileNature.KindOf(path) is FileKind.Regular ? File.ReadAllText(path).TrimEnd('\n') : null;
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            return null;
        }
    }

    private static void Write(string path, string execRoot)
    {
        if (Read(path) == execRoot) return;
        try
        {
            ContainerPaths.MakeRoom(path);
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(execRoot + "\n"), durable: true);
        }
        catch (Exception e) when (Expected.OfSystem(e))
        {
            // A disk that is full keeps nobody from starting; the next start writes it.
        }
    }
}
