using System.Globalization;
using Gantry.Linux.Cgroups;

namespace Gantry.Engine.Containers;

/// <summary>Who is in a container, by its cgroup and those that it made below; read without asking its supervisor.</summary>
internal static class Cgroup
{
    public static IEnumerable<int> Processes(Container container, string defaultParent) =>
        Processes(ContainerWorkload.CgroupPath(container, defaultParent));

    /// <param name="path">Below each hierarchy's root.</param>
    public static IReadOnlyList<int> Processes(string path)
    {
        List<int> processes = [];
        CgroupTree.Visit(DirectoryOf(path), directory =>
        {
            foreach (string line in ReadLines($"{directory}/cgroup.procs"))
            {
                if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) processes.Add(pid);
            }
        });
        return processes;
    }

    /// <param name="path">Below each hierarchy's root.</param>
    public static bool Exists(string path) => Directory.Exists(DirectoryOf(path));

    /// <summary>On v2 the one directory; on v1 that of the pids controller, which every process of a container is in.</summary>
    private static string DirectoryOf(string path) =>
        CgroupHost.IsUnified ? CgroupHost.UnifiedRoot + path : $"{CgroupHost.UnifiedRoot}/pids{path}";

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (IOException)
        {
            // Removed meanwhile, or a threaded group, whose members its parent lists.
            return [];
        }
    }
}
