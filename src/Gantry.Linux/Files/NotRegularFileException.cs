namespace Gantry.Linux.Files;

/// <summary>A name that should be a regular file's is that of something else.</summary>
public sealed class NotRegularFileException(string path, FileKind kind)
    : SystemRefusalException($"{path} is no regular file but {Describe(kind)}; move it away")
{
    private static string Describe(FileKind kind) => kind switch
    {
        FileKind.Fifo => "a FIFO",
        FileKind.Directory => "a directory",
        FileKind.Socket => "a socket",
        FileKind.CharacterDevice or FileKind.BlockDevice => "a device",
        _ => "something else",
    };
}
