using Gantry.Build;
using Gantry.BuildKit.Results;
using Gantry.Linux.Trees;

namespace Gantry.Daemon.Build;

/// <summary>The files of what was built.</summary>
internal sealed class ResultTrees(IReadOnlyList<ResultTree> trees)
{
    /// <summary>Each platform's in a directory of its own where there are several.</summary>
    /// <param name="areSeveral">Also where there is one of several.</param>
    public static ResultTrees Of(IReadOnlyList<SolvedBuild> solved, BuildOutput output, bool areSeveral)
    {
        bool isSplit = output.IsSplit ?? areSeveral;
        return new ResultTrees([.. solved.Select(one =>
            new ResultTree(isSplit ? ResultTree.DirectoryOf(one.Platform) : "", one.Run, one.Tree))]);
    }

    /// <summary>As an archive.</summary>
    public void Write(Stream archive) => BuildRun.Write(trees, archive);

    /// <summary>Shows all of them at once.</summary>
    public Task ReadAsync(Func<IReadOnlyList<NamedTree>, Task> read) => ReadAsync([], read);

    private Task ReadAsync(IReadOnlyList<NamedTree> open, Func<IReadOnlyList<NamedTree>, Task> read)
    {
        if (open.Count == trees.Count) return read(open);
        ResultTree next = trees[open.Count];
        return next.Run.ReadAsync(next.Tree, (DirectoryHandle root) => ReadAsync([.. open, new NamedTree(next.Directory, root)], read));
    }
}
