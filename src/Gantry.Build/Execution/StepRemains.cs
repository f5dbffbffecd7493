using Gantry.Linux.Trees;
using Gantry.Shim;

namespace Gantry.Build.Execution;

/// <summary>Ends what is left of steps: of a supervisor that was killed, and of a daemon's that was.</summary>
internal sealed class StepRemains(BuildSettings settings)
{
    /// <summary>All of them: whoever waited for one has gone.</summary>
    /// <returns>What could not be ended, in words.</returns>
    public async Task<IReadOnlyList<string>> EndAllAsync()
    {
        List<string> failures = [];
        if (!Directory.Exists(settings.RunDirectory)) return failures;
        foreach (string directory in OwnDirectory.Directories(settings.RunDirectory, followLinks: false))
        {
            StepPaths paths = new(settings.RunDirectory, Path.GetFileName(directory));
            try
            {
                if (await EndAsync(paths) is { } failure) failures.Add(failure);
            }
            catch (Exception e) when (Expected.Any(e))
            {
                failures.Add($"{directory}: {e.Message}");
            }
        }
        return failures;
    }

    /// <returns>Why something is left all the same; null for nothing.</returns>
    public async Task<string?> EndAsync(StepPaths paths)
    {
        if (File.Exists(paths.ShimConfig) && await ShimRemains.EndAsync(settings.Runtime, paths.ShimConfig) is { } reason)
            return $"build step {paths.Id} could not be ended: {reason}";
        Delete(paths);
        return null;
    }

    public static void Delete(StepPaths paths) => TreeRemoval.Remove(paths.Bundle);
}
