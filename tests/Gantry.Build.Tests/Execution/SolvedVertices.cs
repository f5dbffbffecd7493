using System.Text;
using Gantry.Build.Execution;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Build.Tests.Solver;
using Gantry.Linux.Trees;
using Gantry.Storage.Roots;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Build.Tests.Execution;

/// <summary>Vertices that run nothing, solved as a build solves them.</summary>
internal sealed class SolvedVertices : IDisposable
{
    private readonly SolverStores _stores = new();
    private readonly KeyedGate _busy = new();

    /// <summary>The build's context.</summary>
    public TestTree Context { get; } = new();

    /// <summary>What came from the cache, and nothing of it was made.</summary>
    public IReadOnlyList<string> Cached { get; private set; } = [];

    public static TreeVertex Empty => new() { Title = "scratch", Tree = BuiltTree.Empty };

    public static FilesVertex Changed(Vertex below, params IReadOnlyList<FileAction> actions) =>
        new() { Title = "files", Below = below, Actions = actions };

    public static MakeFileAction File(string path, string content = "", uint mode = 0b110_100_100) =>
        new(path, mode, Encoding.UTF8.GetBytes(content));

    /// <returns>The tree, and a line for each name in it, with what its file holds.</returns>
    public async Task<(BuiltTree Tree, string[] Lines)> SolveAsync(Vertex target, bool times = false)
    {
        using TestTree scratch = new();
        Lease lease = _stores.Cache.Begin();
        BuildSettings settings = new()
        {
            Directory = scratch["build"], RunDirectory = scratch["run"], Runtime = "none", RuntimeRoot = scratch["runtime"],
            Web = null!, MadePlaces = new HashSet<string>(),
        };
        try
        {
            StepStores stores = new(settings, _stores.Content, _stores.Snapshots, ContextTrees.Of(new RootTree(Context.Root)), lease);
            using StepWork work = new(stores, null!, null!);
            FakeWork told = new();
            GraphSolver solver = new(_stores.Cache, _busy, work, told, lease, useCache: true);
            BuiltTree tree = (await solver.SolveAsync(target, TestContext.Current.CancellationToken)).Tree;
            Cached = [.. told.Cached];
            string[] lines = [];
            await work.ReadAsync(tree, root =>
            {
                lines = [.. TestTree.ListOf(root, times).Select(line => line + Content(root, line.Split(' ')[0]))];
                return Task.CompletedTask;
            });
            return (tree, lines);
        }
        finally
        {
            _stores.Cache.End(lease);
        }
    }

    private static string Content(DirectoryHandle root, string path)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(path);
        int slash = path.LastIndexOf('/');
        if (root.TryOpenInRoot(Encoding.UTF8.GetBytes(slash < 0 ? "" : path[..slash]), out DirectoryHandle? parent) != 0) return "";
        using (parent)
        {
            if (parent!.TryOpenRegular(bytes.AsSpan(slash + 1), out SafeFileHandle? file, out FileStatus status) != 0) return "";
            using (file)
            {
                byte[] content = new byte[status.Size];
                RandomAccess.Read(file!, content, 0);
                return content.Length > 0 ? " = " + Encoding.UTF8.GetString(content) : "";
            }
        }
    }

    public void Dispose()
    {
        Context.Dispose();
        _stores.Dispose();
    }
}
