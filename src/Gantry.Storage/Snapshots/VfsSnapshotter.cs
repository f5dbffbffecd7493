namespace Gantry.Storage.Snapshots;

/// <summary>Every layer and every container is a whole copy: needs nothing of the kernel, costs the space.
/// The fallback where nothing else works.</summary>
public sealed class VfsSnapshotter(string dataRoot) : TreeSnapshotter(Path.Combine(dataRoot, "vfs"))
{
    public override string Name => "vfs";

    private protected override void MakeEmpty(string tree)
    {
        Directory.CreateDirectory(tree);
        // Past the umask.
        File.SetUnixFileMode(tree, (UnixFileMode)Octal.O755);
    }

    private protected override void MakeCopy(string tree, string source)
    {
        MakeEmpty(tree);
        TreeCopy.Copy(source, tree);
    }
}
