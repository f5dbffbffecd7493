using Gantry.EndToEnd.Processes;

namespace Gantry.EndToEnd.Daemons;

/// <summary>The host's cgroups below one parent; they are the one thing that namespaces of ours do not keep apart.</summary>
public static class ControlGroups
{
    private const string Root = "/sys/fs/cgroup";

    public static bool Unified => File.Exists($"{Root}/cgroup.controllers");

    /// <summary>All directories under <paramref name="parent"/>, in every hierarchy, the parent's own left out.</summary>
    public static IReadOnlyList<string> Below(string parent) =>
        [.. Tops(parent).SelectMany(top => Directory.EnumerateDirectories(top, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)];

    /// <summary>Ends what still runs there and removes the directories.</summary>
    public static void Remove(string parent)
    {
        // What is frozen does not even die.
        foreach (string directory in Below(parent))
        {
            if (File.Exists($"{directory}/freezer.state")) File.WriteAllText($"{directory}/freezer.state", "THAWED");
            if (Unified) File.WriteAllText($"{directory}/cgroup.freeze", "0");
        }
        foreach (string directory in Tops(parent)
            .SelectMany(top => Below(parent).Where(d => d.StartsWith(top, StringComparison.Ordinal)).Append(top))
            .OrderByDescending(d => d.Length).ToList())
        {
            for (int attempt = 0; attempt < 50 && Directory.Exists(directory); attempt++)
            {
                foreach (string line in File.ReadAllLines($"{directory}/cgroup.procs")) Signals.Kill(int.Parse(line));
                try
                {
                    Directory.Delete(directory);
                }
                catch (IOException)
                {
                    Thread.Sleep(20);
                }
            }
        }
    }

    /// <summary>What podman and runc make, as ordinary files, where the kernel knows a hierarchy and nobody has mounted it.</summary>
    public static void RemoveOrdinary(string parent)
    {
        foreach (string directory in Directory.EnumerateDirectories(Root).Where(hierarchy => !IsHierarchy(hierarchy))
            .Select(hierarchy => hierarchy + parent))
            if (Directory.Exists(directory)) Directory.Delete(directory, recursive: true);
    }

    private static bool IsHierarchy(string directory) => File.Exists($"{directory}/cgroup.procs");

    private static IEnumerable<string> Tops(string parent) =>
        (Unified ? [Root] : Directory.EnumerateDirectories(Root).Where(IsHierarchy)).Select(hierarchy => hierarchy + parent)
            .Where(Directory.Exists);
}
