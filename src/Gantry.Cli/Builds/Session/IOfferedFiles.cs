using Gantry.Build.Transfer;

namespace Gantry.Cli.Builds.Session;

/// <summary>A directory that may be asked for.</summary>
internal interface IOfferedFiles
{
    /// <param name="exclude">Patterns of what is left out.</param>
    /// <param name="follow">Sources of COPY that are wanted alone; empty for everything. More may be given.</param>
    /// <returns>To be disposed behind the last file.</returns>
    IDisposable Open(IReadOnlyList<byte[]> exclude, IReadOnlyList<byte[]> follow, out IFileSource source);
}
