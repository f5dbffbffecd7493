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
        foreach (string directory in MemoryDirectory.Others(settings).Prepend(settings.RunDirectory).Where(Directory.Exists)
            .SelectMany(all => OwnDirectory.Directories(all, followLinks: false)))
        {
            StepPaths paths = new(Path.GetDirectoryName(directory)!, Path.GetFileName(directory));
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

    public void Delete(StepPaths paths)
    {
        TreeRemoval.Remove(paths.Bundle);
        MemoryDirectory.Leave(settings, paths);
    }
}
