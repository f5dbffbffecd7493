using Gantry.Linux.Trees;

namespace Gantry.Storage.Tests;

/// <summary>A directory for one test; removed whatever is in it.</summary>
public sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("gantry-storage-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Dispose()
    {
        using DirectoryHandle parent = DirectoryHandle.Open(System.IO.Path.GetDirectoryName(Path)!);
        TreeRemoval.Remove(parent, PathBytes.Of(System.IO.Path.GetFileName(Path)));
    }
}
