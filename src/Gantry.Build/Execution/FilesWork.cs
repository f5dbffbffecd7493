using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Files;
using Gantry.Build.Graph;
using Gantry.Build.Solver;
using Gantry.Linux.Trees;
using Gantry.Storage.Snapshots;

namespace Gantry.Build.Execution;

/// <summary>A chain of changes to a tree as a step of one build.</summary>
internal sealed class FilesWork(StepStores stores) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<FilesVertex, CopiedTrees> _prepared = new(ReferenceEqualityComparer.Instance);

    /// <remarks>What is copied counts by its content, wherever it comes from.</remarks>
    public string Key(FilesVertex step, IReadOnlyList<BuiltTree> inputs, CancellationToken cancellation)
    {
        CopiedTrees trees = new(stores);
        lock (_gate) _prepared.Add(step, trees);
        trees.Open(step, inputs.Skip(1).ToList(), cancellation);
        KeyText key = new KeyText("files").Add(inputs[0].Name);
        foreach (FileAction action in step.Actions)
        {
            key.Add(action.GetType().Name).Add(action.Owner ?? "").Add(action.Time?.UtcTicks ?? -1);
            Add(key, action, trees, cancellation);
        }
        return key.AddLatest(step).Finish();
    }

    private static void Add(KeyText key, FileAction action, CopiedTrees trees, CancellationToken cancellation)
    {
        switch (action)
        {
            case MakeDirectoryAction made:
                key.Add(made.Path).Add(made.Mode).Add(made.Parents ? 1 : 0);
                break;
            case MakeFileAction made:
                key.Add(made.Path).Add(made.Mode).Add(Oci.Image.Digest.Of(made.Content.Span));
                break;
            case MakeLinkAction made:
                key.Add(made.Path).Add(made.Target);
                break;
            case RemoveAction removed:
                key.Add(removed.Path).Add(removed.IsPattern ? 1 : 0).Add(removed.MayBeMissing ? 1 : 0);
                break;
            case CopyAction copy:
                key.Add(copy.Destination).Add(copy.Mode ?? "")
                    .Add(string.Concat(Flags(copy).Select(flag => flag ? '1' : '0'))).Add(trees.KeyOf(copy, cancellation));
                break;
            default:
                throw Unknown(action);
        }
    }

    private static IEnumerable<bool> Flags(CopyAction copy) => [copy.TakesContent, copy.Unpack, copy.MakesParents, copy.Replaces];

    public TreeLayer? Run(FilesVertex step, BuiltTree below, string id, CancellationToken cancellation)
    {
        CopiedTrees trees;
        lock (_gate) trees = _prepared[step];
        using StepLayer layer = StepLayer.Prepare(stores.Snapshots, stores.Content, below, id, stores.Lease);
        using (MountedTree tree = layer.Open())
        {
            // Whatever is changed on the way: names are those of the tree that it stands on.
            Dictionary<string, (uint, uint)> owners = step.Actions.Select(action => action.Owner).OfType<string>().Distinct()
                .ToDictionary(owner => owner, owner => OwnerLookup.Find(tree.Root, owner));
            foreach (FileAction action in step.Actions)
            {
                cancellation.ThrowIfCancellationRequested();
                Do(action, tree.Root, action.Owner is { } owner ? owners[owner] : null, trees, cancellation);
            }
        }
        return layer.Take(step.Latest, stores.Lease, cancellation);
    }

    private static void Do(FileAction action, DirectoryHandle root, (uint, uint)? owner, CopiedTrees trees, CancellationToken cancellation)
    {
        FileTime time = FileTimes.Of(action.Time ?? DateTimeOffset.UnixEpoch);
        switch (action)
        {
            case MakeDirectoryAction made:
                MadeDirectory.Make(root, made.Path, owner ?? (0, 0), time, made.Mode, made.Parents);
                break;
            case MakeFileAction made:
                MadeFile.Make(root, made.Path, made.Content.Span, made.Mode, owner ?? (0, 0), time);
                break;
            case MakeLinkAction made:
                MadeLink.Make(root, made.Path, made.Target, owner ?? (0, 0), time);
                break;
            case RemoveAction removed:
                RemovedPaths.Remove(root, removed.Path, removed.IsPattern, removed.MayBeMissing, cancellation);
                break;
            case CopyAction copy:
                SelectionCopy.Run(trees.Of(copy), root, OptionsOf(copy, owner), cancellation);
                break;
            default:
                throw Unknown(action);
        }
    }

    private static CopyOptions OptionsOf(CopyAction copy, (uint, uint)? owner) => new()
    {
        Destination = copy.Destination,
        IsDirectory = copy.Destination.EndsWith('/') || copy.Destination.EndsWith("/.", StringComparison.Ordinal),
        Owner = owner, KeepsOwners = owner is null, Mode = copy.Mode is { } mode ? ModeChange.Parse(mode) : null,
        Time = copy.Time is { } time ? FileTimes.Of(time) : null, MadeTime = copy.Time is { } made ? FileTimes.Of(made) : null,
        Whole = !copy.TakesContent, Unpack = copy.Unpack, NeedsParent = !copy.MakesParents, Replaces = copy.Replaces,
    };

    public static SelectionRules RulesOf(CopyAction copy)
    {
        // What alone is meant is what is taken in again where everything is left out.
        IEnumerable<string> include = copy.Include.Select(pattern => pattern.StartsWith('!') ? pattern[1..] : "!" + pattern);
        List<string> patterns = [.. copy.Include.Count > 0 ? ["**", .. include] : (string[])[], .. copy.Exclude];
        return new SelectionRules
        {
            Exclude = patterns.Count > 0 ? IgnorePatterns.Of(patterns) : null, KeepsLinks = !copy.FollowsLink, IsLiteral = !copy.IsPattern,
        };
    }

    private static ArgumentException Unknown(FileAction action) => new($"{action.GetType().Name} is no kind of change");

    public void Release(FilesVertex step)
    {
        CopiedTrees? trees;
        lock (_gate) _prepared.Remove(step, out trees);
        trees?.Dispose();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (CopiedTrees trees in _prepared.Values) trees.Dispose();
            _prepared.Clear();
        }
    }
}
