using Gantry.Build.Files;
using Gantry.Build.Graph;

namespace Gantry.Build.Execution;

/// <summary>A file that is written in the Dockerfile, as a tree with this one file.</summary>
internal sealed class InlineFile : IDisposable
{
    private readonly StepDirectory _directory;

    public InlineFile(BuildSettings settings, InlineSource source)
    {
        if (source.Name is "." or ".." || source.Name.Contains('/') || ByteText.Bytes(source.Name).Length > 255)
            throw GantryException.Invalid($"a heredoc's name is a file's name: \"{source.Name}\" is none");
        _directory = new StepDirectory(settings);
        string path = Path.Combine(_directory.Path, source.Name);
        File.WriteAllBytes(path, ByteText.Bytes(source.Content));
        // One time for all, so that the same text gives the same layer.
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Tree = new RootTree(_directory.Root);
    }

    public ISourceTree Tree { get; }

    public void Dispose() => _directory.Dispose();
}
