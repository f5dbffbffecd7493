using Gantry.Linux.Trees;

namespace Gantry.Storage.Tests;

/// <summary>A directory for one test; removed whatever is in it.</summary>
/// <param name="place">Null for the usual one.</param>
public sealed class TemporaryDirectory(string? place = null) : IDisposable
{
    public string Path { get; } = place is null ? Directory.CreateTempSubdirectory("gantry-storage-").FullName
        : Directory.CreateDirectory(System.IO.Path.Combine(place, Guid.NewGuid().ToString("N"))).FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Dispose()
    {
        using DirectoryHandle parent = DirectoryHandle.Open(System.IO.Path.GetDirectoryName(Path)!);
        TreeRemoval.Remove(parent, PathBytes.Of(System.IO.Path.GetFileName(Path)));
    }
}
