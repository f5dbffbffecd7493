using Gantry.Build.Transfer;

namespace Gantry.Cli.Builds.Session;

/// <summary>A few files by their paths: a Dockerfile, wherever it is from, and its patterns.</summary>
internal sealed class OfferedMemory(IReadOnlyDictionary<string, byte[]> contents) : IOfferedFiles
{
    public IDisposable Open(IReadOnlyList<byte[]> exclude, IReadOnlyList<byte[]> follow, out IFileSource source)
    {
        source = new MemoryFiles(contents);
        return new MemoryStream();
    }
}
