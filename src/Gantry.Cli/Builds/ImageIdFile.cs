using Gantry.Cli.CommandLine;
using Gantry.Cli.Terminal;

namespace Gantry.Cli.Builds;

/// <summary>The file of <c>--iidfile</c>: it is there after a build that has succeeded, and not after one that has not.</summary>
internal sealed class ImageIdFile
{
    private readonly string _path;

    private ImageIdFile(string path) => _path = path;

    /// <summary>Removes what an earlier build has left, and sees whether the file can be written before anything is built.</summary>
    public static ImageIdFile Prepare(string path)
    {
        ImageIdFile file = new(path);
        file.Try(() =>
        {
            using (File.Open(path, FileMode.OpenOrCreate, FileAccess.Write)) { }
            // A device or a pipe stays.
            if (IsRegular(path)) File.Delete(path);
        });
        return file;
    }

    public void Write(string image) => Try(() => File.WriteAllText(_path, image));

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw new CliException($"open {_path}: {FileFailure.Text(e)}");
        }
    }

    private static bool IsRegular(string path) =>
        (File.GetAttributes(path) & (FileAttributes.Device | FileAttributes.ReparsePoint | FileAttributes.Directory)) == 0;
}
