using Gantry.Build.Graph;
using Gantry.BuildKit.Protocol.GraphApi;
using FileAction = Gantry.BuildKit.Protocol.GraphApi.FileAction;

namespace Gantry.BuildKit.Definitions;

/// <summary>Chains of changes to files. What several chains share, or what another copies from, is a step of its own; the rest of a
/// chain is one step.</summary>
internal sealed class FilePlanner(GraphPlanner graph)
{
    private const int MostActions = 10_000;

    /// <returns>The trees that it gives, by their numbers.</returns>
    /// <exception cref="GantryException">Invalid, Unsupported.</exception>
    public IReadOnlyDictionary<int, Planned> Plan(OpNode node)
    {
        IReadOnlyList<FileAction> actions = node.Op.File.Actions;
        if (actions.Count == 0) throw GantryException.Invalid("invalid file op with no actions");
        if (actions.Count > MostActions) throw GantryException.Invalid($"a file op has more than {MostActions} actions");
        bool[] isStep = Steps(node, actions);
        Vertex?[] made = new Vertex?[actions.Count];
        for (int i = 0; i < actions.Count; i++)
            if (isStep[i]) made[i] = Chain(node, actions, i, made);
        Dictionary<int, Planned> results = [];
        for (int i = 0; i < actions.Count; i++)
            if (actions[i].Output != -1) results.Add((int)actions[i].Output, new Planned(made[i]!));
        for (int i = 0; i < results.Count; i++)
            if (!results.ContainsKey(i)) throw GantryException.Invalid($"missing output index {i}: {node.Title}");
        return results;
    }

    /// <summary>Whose outcome is asked for, and not only gone on from, or by more than one.</summary>
    private static bool[] Steps(OpNode node, IReadOnlyList<FileAction> actions)
    {
        bool[] isStep = new bool[actions.Count];
        int[] uses = new int[actions.Count];
        HashSet<long> outputs = [];
        for (int i = 0; i < actions.Count; i++)
        {
            if (Before(node, i, actions[i].Input) is { } input) isStep[input] |= ++uses[input] > 1;
            if (Before(node, i, actions[i].SecondaryInput) is { } other) isStep[other] = true;
            long output = actions[i].Output;
            if (output == -1) continue;
            if (output < -1 || output >= actions.Count || !outputs.Add(output))
                throw GantryException.Invalid($"invalid or duplicate output {output}: {node.Title}");
            isStep[i] = true;
        }
        return outputs.Count > 0 ? isStep : throw GantryException.Invalid($"no outputs specified: {node.Title}");
    }

    /// <returns>The action that an index means; null for one of the operation's inputs.</returns>
    private static int? Before(OpNode node, int action, long index)
    {
        if (index < node.Inputs.Count) return null;
        return index < node.Inputs.Count + action ? (int)(index - node.Inputs.Count)
            : throw GantryException.Invalid($"invalid input index {index} of action {action}: {node.Title}");
    }

    private FilesVertex Chain(OpNode node, IReadOnlyList<FileAction> actions, int last, Vertex?[] made)
    {
        List<Build.Graph.FileAction> chain = [];
        int at = last;
        FileChain reader = new(graph, node, Base(node, actions, last), made);
        while (true)
        {
            chain.Add(reader.Read(actions[at]));
            if (Before(node, at, actions[at].Input) is not { } before || made[before] is not null) break;
            at = before;
        }
        chain.Reverse();
        return new FilesVertex
        {
            Title = node.Title, Below = reader.TreeOf(actions[at].Input), Actions = chain, IsAlwaysMade = node.Metadata.IgnoreCache,
        };
    }

    /// <summary>The input of the operation that a chain begins with.</summary>
    private static long Base(OpNode node, IReadOnlyList<FileAction> actions, int last)
    {
        int at = last;
        while (Before(node, at, actions[at].Input) is { } before) at = before;
        return actions[at].Input;
    }
}
