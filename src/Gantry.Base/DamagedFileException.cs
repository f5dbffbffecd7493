namespace Gantry;

/// <summary>A file of the store is there, and is not what was written to it: cut short, overwritten, of another kind,
/// or the disk does not give it back.</summary>
/// <param name="path">The file.</param>
public sealed class DamagedFileException(string path, string reason, Exception? inner = null) : Exception($"{path}: {reason}", inner)
{
    public string Path { get; } = path;
    /// <summary>What is wrong with it, in words.</summary>
    public string Reason { get; } = reason;
}
