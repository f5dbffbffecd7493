using Gantry.Build.Repositories;
using Gantry.Linux.Trees;

namespace Gantry.Build.Execution;

/// <summary>A directory for files that one step needs: <c>build/tmp/&lt;name&gt;</c>, gone with the step.</summary>
internal sealed class StepDirectory : IDisposable
{
    private const string Name = "tmp";

    public StepDirectory(BuildSettings settings)
    {
        Path = NewPath(settings);
        OwnDirectory.Make(Path, OwnDirectory.OwnerOnly);
        Root = DirectoryHandle.Open(Path);
    }

    public string Path { get; }

    public DirectoryHandle Root { get; }

    /// <summary>Of one that is not there yet.</summary>
    public static string NewPath(BuildSettings settings)
    {
        string all = System.IO.Path.Combine(settings.Directory, Name);
        OwnDirectory.Make(all, OwnDirectory.OwnerOnly);
        return System.IO.Path.Combine(all, RandomId.New()[..32]);
    }

    /// <summary>After a crash those of an earlier daemon go. Its git, which may write into them yet, is ended first.</summary>
    public static void Clear(BuildSettings settings)
    {
        string all = System.IO.Path.Combine(settings.Directory, Name);
        if (!Directory.Exists(all)) return;
        CloneProcesses.End([.. OwnDirectory.Directories(all, followLinks: false)]);
        TreeRemoval.Remove(all);
    }

    public void Dispose()
    {
        Root.Dispose();
        TreeRemoval.Remove(Path);
    }
}
