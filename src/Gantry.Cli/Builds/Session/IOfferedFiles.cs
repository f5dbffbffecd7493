using Gantry.Build.Transfer;

namespace Gantry.Cli.Builds.Session;

/// <summary>A directory that may be asked for.</summary>
internal interface IOfferedFiles
{
    /// <param name="exclude">Patterns of what is left out.</param>
    /// <returns>To be disposed behind the last file.</returns>
    IDisposable Open(IReadOnlyList<byte[]> exclude, out IFileSource source);
}
