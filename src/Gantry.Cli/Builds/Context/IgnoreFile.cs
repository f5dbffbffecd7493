using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Dockerfile.Lexing;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Containers.Copy;

namespace Gantry.Cli.Builds.Context;

/// <summary>Reads the patterns of what a context leaves out.</summary>
internal static class IgnoreFile
{
    /// <param name="paths">The first that exists counts.</param>
    /// <returns>Null where there is none.</returns>
    public static IgnorePatterns? Find(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (LocalFiles.TryRead(path, SourceFile.MaxLength) is not { } text) continue;
            try
            {
                return IgnorePatterns.Parse(SourceFile.Of(ByteText.Of(text), LocalFiles.Split(path).Name));
            }
            catch (DockerfileException e)
            {
                throw new CliException($"error checking context: {e.Message}: {e.Range}");
            }
        }
        return null;
    }
}
