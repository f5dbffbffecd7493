using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;

namespace Gantry.BuildKit.Definitions;

/// <summary>What a command has beside its root, mount by mount, and which of it are results.</summary>
internal sealed class PlaceList(GraphPlanner graph, OpNode node, string directory)
{
    /// <summary>What BuildKit makes a directory with that is kept.</summary>
    private const uint KeptMode = 0b111_101_101;

    private readonly List<RunPlace> _places = [];
    private readonly List<(long, Planned?)> _outputs = [];

    public IReadOnlyList<RunPlace> All => _places;

    /// <summary>Numbers of results, in the order of the places; with what it is where it is nothing new.</summary>
    public IReadOnlyList<(long Output, Planned? Same)> Outputs => _outputs;

    public void Add(Mount mount)
    {
        string target = TargetOf(mount);
        if (!Enum.IsDefined(mount.ContentCache)) throw Unknown("content cache", (int)mount.ContentCache);
        if (mount.ResultID.Length > 0) throw GantryException.Unsupported($"a mount by the name of a result is not supported: {node.Title}");
        switch (mount.MountType)
        {
            case MountType.Bind:
                AddBind(mount, target);
                break;
            case MountType.Cache:
                _places.Add(CacheOf(mount, target));
                if (mount.Output != -1) _outputs.Add((mount.Output, graph.InputOf(node, mount.Input)));
                break;
            case MountType.Tmpfs:
                long size = mount.TmpfsOpt?.Size ?? 0;
                if (size < 0) throw GantryException.Invalid($"invalid size of a tmpfs: {size}");
                _places.Add(new MemoryPlace(target, size > 0 ? size : null));
                break;
            case MountType.Secret:
                SecretOpt secret = mount.SecretOpt ?? throw GantryException.Invalid("invalid secret mount options");
                _places.Add(new SecretPlace(target, IdOf(secret.ID, "secret"), null, !secret.Optional, secret.Uid, secret.Gid,
                    ModeOf(secret.Mode)));
                break;
            case MountType.Ssh:
                SSHOpt agent = mount.SSHOpt ?? throw GantryException.Invalid("invalid ssh mount options");
                _places.Add(new AgentPlace(target, agent.ID.Length > 0 ? IdOf(agent.ID, "agent") : "default", !agent.Optional, agent.Uid,
                    agent.Gid, ModeOf(agent.Mode)) { IsUnnamed = true });
                break;
            default:
                throw Unknown("mount type", (int)mount.MountType);
        }
    }

    /// <summary>A variable that the client keeps to itself.</summary>
    public void Add(SecretEnv secret)
    {
        if (secret.Name.Length == 0 || secret.Name.Contains('=') || secret.Name.Contains('\0'))
            throw GantryException.Invalid($"invalid name of a variable for a secret: {node.Title}");
        _places.Add(new SecretPlace("", IdOf(secret.ID, "secret"), secret.Name, !secret.Optional, 0, 0, 0));
    }

    private void AddBind(Mount mount, string target)
    {
        Planned input = graph.InputOf(node, mount.Input);
        bool isResult = mount.Output != -1;
        if (isResult && !mount.Readonly) _places.Add(new OutputPlace(target, input.Tree, SelectorOf(mount)));
        else _places.Add(BindOf(mount, target, input));
        if (isResult) _outputs.Add((mount.Output, mount.Readonly ? input : null));
    }

    private BindPlace BindOf(Mount mount, string target, Planned input) => input.Context is { } context
        ? new BindPlace(target, null, SelectorOf(mount), mount.Readonly, context)
        : new BindPlace(target, input.Tree, SelectorOf(mount), mount.Readonly);

    private CachePlace CacheOf(Mount mount, string target)
    {
        CacheOpt options = mount.CacheOpt ?? throw GantryException.Invalid("invalid cache mount options");
        string sharing = options.Sharing switch
        {
            CacheSharingOpt.Shared => "shared", CacheSharingOpt.Private => "private", CacheSharingOpt.Locked => "locked",
            _ => throw Unknown("sharing of a cache", (int)options.Sharing),
        };
        BindPlace? first = mount.Input == -1 ? null : BindOf(mount, target, graph.InputOf(node, mount.Input));
        string id = options.ID.Length > 0 ? OpRules.Text(options.ID, "the name of a cache") : target;
        return new CachePlace(target, id, sharing, mount.Readonly, 0, 0, KeptMode, first) { IsLikeFirst = first is not null };
    }

    private string TargetOf(Mount mount)
    {
        string target = OpRules.Text(mount.Dest, "a mount point");
        if (target.Length == 0) throw GantryException.Invalid($"a mount has no place: {node.Title}");
        string clean = InsidePath.Below(directory, target);
        return clean != "/" ? clean : throw GantryException.Invalid($"a mount at {target} would be the root's: {node.Title}");
    }

    private static string SelectorOf(Mount mount)
    {
        string clean = InsidePath.Clean(OpRules.Text(mount.Selector, "the part of a tree"));
        return clean == "/" ? "" : clean;
    }

    private static string IdOf(string id, string what) => id.Length > 0 ? OpRules.Text(id, $"the name of a {what}")
        : throw GantryException.Invalid($"a {what} has no name");

    private uint ModeOf(uint mode) =>
        mode <= 0b111_111_111_111 ? mode : throw GantryException.Invalid($"invalid mode {mode}: {node.Title}");

    private GantryException Unknown(string what, int value) =>
        GantryException.Unsupported($"the {what} {value} is not known here: {node.Title}");
}
