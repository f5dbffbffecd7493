using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Containers.Copy;

/// <summary>Where a copy goes, by the rules of cp(1) as Docker has them.</summary>
internal static class CopyTarget
{
    /// <param name="name">Of what is copied; <c>.</c> for the content of a directory.</param>
    /// <param name="isDirectory">Of what is at the target now; null for nothing.</param>
    /// <returns>The directory to put it in, and the name to have there.</returns>
    public static (string Directory, string Name) Choose(string name, bool sourceIsDirectory, string target, bool? isDirectory)
    {
        if (isDirectory == true) return (target, name);
        if (isDirectory == false && sourceIsDirectory) throw new CliException("cannot copy directory");
        if (isDirectory is null && !sourceIsDirectory && (target.EndsWith('/') || target.EndsWith("/.", StringComparison.Ordinal)))
            throw new CliException("no such directory");
        return LocalFiles.Split(target);
    }
}
