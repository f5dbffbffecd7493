using System.Globalization;
using Gantry.Build.Dockerfile.Ignore;
using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;
using FileAction = Gantry.BuildKit.Protocol.GraphApi.FileAction;

namespace Gantry.BuildKit.Definitions;

/// <summary>Reads the actions of one chain.</summary>
/// <param name="begin">The input of the operation that the chain begins with: names of owners are those that it has.</param>
/// <param name="made">What came of the operation's actions that are steps of their own.</param>
internal sealed class FileChain(GraphPlanner graph, OpNode node, long begin, Vertex?[] made)
{
    private const int MostMode = 0b111_111_111_111;

    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public Build.Graph.FileAction Read(FileAction action)
    {
        if (action.ActionCase != FileAction.ActionOneofCase.Copy && action.SecondaryInput is not (-1 or 0))
            throw GantryException.Invalid($"an action has a second input that it cannot use: {node.Title}");
        return action.ActionCase switch
        {
            FileAction.ActionOneofCase.Mkdir => new MakeDirectoryAction(PathOf(action.Mkdir.Path), ModeOf(action.Mkdir.Mode),
                action.Mkdir.MakeParents, OwnerOf(action.Mkdir.Owner), TimeOf(action.Mkdir.Timestamp)),
            FileAction.ActionOneofCase.Mkfile => new MakeFileAction(PathOf(action.Mkfile.Path), ModeOf(action.Mkfile.Mode),
                action.Mkfile.Data.Memory, OwnerOf(action.Mkfile.Owner), TimeOf(action.Mkfile.Timestamp)),
            FileAction.ActionOneofCase.Rm => new RemoveAction(PathOf(action.Rm.Path), action.Rm.AllowNotFound, action.Rm.AllowWildcard),
            FileAction.ActionOneofCase.Symlink => new MakeLinkAction(TargetOf(action.Symlink), PathOf(action.Symlink.Newpath),
                OwnerOf(action.Symlink.Owner), TimeOf(action.Symlink.Timestamp)),
            FileAction.ActionOneofCase.Copy => Read(action.Copy, action.SecondaryInput),
            _ => throw GantryException.Unsupported($"an action of a file op is not known here: {node.Title}"),
        };
    }

    public Vertex TreeOf(long index) => InputOf(index).Tree;

    private Planned InputOf(long index) => index < node.Inputs.Count ? graph.InputOf(node, index)
        : new Planned(made[index - node.Inputs.Count]!);

    private CopyAction Read(FileActionCopy copy, long from)
    {
        Planned source = InputOf(from);
        string? context = source.Context;
        string path = PathOf(copy.Src);
        return new CopyAction(context is null ? source.Tree : null, context, path.Length > 0 ? path : "/", PathOf(copy.Dest),
            OwnerOf(copy.Owner), TimeOf(copy.Timestamp))
        {
            Mode = copy.ModeStr.Length > 0 ? OpRules.Text(copy.ModeStr, "a mode") : copy.Mode == -1 ? null
                : Convert.ToString(ModeOf(copy.Mode), 8),
            FollowsLink = copy.FollowSymlink, TakesContent = copy.DirCopyContents, Unpack = copy.AttemptUnpackDockerCompatibility,
            MakesParents = copy.CreateDestPath, IsPattern = copy.AllowWildcard, MayBeNothing = copy.AllowEmptyWildcard,
            Replaces = copy.AlwaysReplaceExistingDestPaths, Include = Patterns(copy.IncludePatterns),
            Exclude = Patterns(copy.ExcludePatterns),
        };
    }

    private IReadOnlyList<string> Patterns(IReadOnlyCollection<string> patterns)
    {
        if (patterns.Count > IgnorePatterns.MaxPatterns)
            throw GantryException.Invalid($"more than {IgnorePatterns.MaxPatterns} patterns: {node.Title}");
        foreach (string pattern in patterns)
        {
            try
            {
                IgnorePatterns.Of([OpRules.Text(pattern, "a pattern")]);
            }
            catch (FormatException e)
            {
                throw GantryException.Invalid($"invalid pattern {pattern}: {e.Message}: {node.Title}");
            }
        }
        return [.. patterns];
    }

    private string TargetOf(FileActionSymlink link) => link.Oldpath.Length > 0 ? PathOf(link.Oldpath)
        : throw GantryException.Invalid($"a link leads nowhere: {node.Title}");

    private static string PathOf(string path) => OpRules.Text(path, "a path");

    private uint ModeOf(int mode) => mode is >= 0 and <= MostMode ? (uint)mode
        : throw GantryException.Invalid($"invalid mode {mode.ToString(CultureInfo.InvariantCulture)}: {node.Title}");

    /// <param name="nanoseconds">Since 1970; -1 for none.</param>
    private DateTimeOffset? TimeOf(long nanoseconds) => nanoseconds == -1 ? null
        : nanoseconds >= 0 ? DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick)
        : throw GantryException.Invalid($"invalid time {nanoseconds}: {node.Title}");

    /// <remarks>A number alone is the group's too; a name alone brings its account's group.</remarks>
    private string? OwnerOf(ChownOpt? owner)
    {
        if (owner is null || (owner.User is null && owner.Group is null)) return null;
        string user = owner.User is null ? "0" : NameOf(owner.User);
        return owner.Group is null ? user : $"{user}:{NameOf(owner.Group)}";
    }

    private string NameOf(UserOpt user)
    {
        if (user.UserCase != UserOpt.UserOneofCase.ByName) return user.ByID.ToString(CultureInfo.InvariantCulture);
        string name = OpRules.Text(user.ByName.Name, "a user");
        if (name.Length == 0 || name.Contains(':')) throw GantryException.Invalid($"invalid user {name}: {node.Title}");
        if (user.ByName.Input < 0) throw GantryException.Invalid($"invalid user index {user.ByName.Input}: {node.Title}");
        if (user.ByName.Input != begin)
            throw GantryException.Unsupported($"the user {name} is looked for in another tree than the one that is changed: {node.Title}");
        return name;
    }
}
