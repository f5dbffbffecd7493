namespace Gantry.Engine.Volumes;

/// <summary>How many bytes the files below a directory have.</summary>
public static class DirectorySize
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false };

    /// <returns>0 for a directory that does not exist. Links are not followed.</returns>
    public static long Of(string directory)
    {
        if (!Directory.Exists(directory)) return 0;
        long bytes = 0;
        foreach (FileInfo file in new DirectoryInfo(directory).EnumerateFiles("*", Everything))
        {
            try
            {
                if (file.LinkTarget is null) bytes += file.Length;
            }
            catch (FileNotFoundException)
            {
                // Removed while we looked: it takes no space.
            }
        }
        return bytes;
    }
}
