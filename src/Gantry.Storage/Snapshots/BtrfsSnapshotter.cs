using Gantry.Linux.Trees;

namespace Gantry.Storage.Snapshots;

/// <summary>Every layer and every container is a subvolume, made as a snapshot of the one below:
/// whole trees that share what they have in common.</summary>
public sealed class BtrfsSnapshotter(string dataRoot) : TreeSnapshotter(Path.Combine(dataRoot, "btrfs"))
{
    public override string Name => "btrfs";

    /// <returns>Null when it works at <paramref name="dataRoot"/>, else why not.</returns>
    public static string? Refusal(string dataRoot) => Subvolume.IsOnBtrfs(dataRoot) ? null : $"{dataRoot} is not on btrfs";

    private protected override void MakeEmpty(string tree)
    {
        Subvolume.Create(tree);
        File.SetUnixFileMode(tree, (UnixFileMode)Octal.O755);
    }

    private protected override void MakeCopy(string tree, string source) => Subvolume.Snapshot(source, tree);
}
