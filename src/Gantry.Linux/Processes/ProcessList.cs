using System.Globalization;
using Gantry.Linux.Trees;

namespace Gantry.Linux.Processes;

/// <summary>The processes that this one sees: those of its PID namespace and of those below it.</summary>
public static class ProcessList
{
    private const string Directory = "/proc";

    /// <summary>Their numbers, in no order. Any of them may be gone, or another's, as soon as it is told.</summary>
    public static IEnumerable<int> All()
    {
        foreach (string path in OwnDirectory.Directories(Directory, followLinks: false))
            if (int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid)) yield return pid;
    }
}
