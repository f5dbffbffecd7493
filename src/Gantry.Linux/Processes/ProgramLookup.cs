using Gantry.Linux.Files;

namespace Gantry.Linux.Processes;

/// <summary>Where a program of the host's is. Not for those in containers, whose user and PATH decide.</summary>
public static class ProgramLookup
{
    // What starts us may have a short PATH, or none.
    private const string Usual = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <param name="program">A path, or a name to be found in PATH and where programs usually are.</param>
    /// <param name="first">A directory to look in before all others.</param>
    /// <returns>An absolute path that we may execute, or null.</returns>
    public static string? Find(string program, string? first = null)
    {
        if (program.Contains('/')) return IsExecutable(program) ? program : null;
        string directories = $"{first}:{Environment.GetEnvironmentVariable("PATH")}:{Usual}";
        return directories.Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(IsExecutable);
    }

    // A directory may be "executed" as well.
    private static bool IsExecutable(string path) => Path.IsPathRooted(path) && File.Exists(path) && Node.CheckExecutable(path) == 0;
}
