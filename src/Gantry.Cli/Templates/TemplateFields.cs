namespace Gantry.Cli.Templates;

/// <summary>Finds out which fields a template asks for, so that costly ones are fetched only then.</summary>
internal static class TemplateFields
{
    public static bool Uses(TemplateNode? node, string field) => node switch
    {
        ListNode list => list.Nodes.Any(n => Uses(n, field)),
        ActionNode action => Uses(action.Pipe, field),
        BranchNode branch => Uses(branch.Pipe, field) || Uses(branch.Body, field) || Uses(branch.Otherwise, field),
        InvokeNode invoke => Uses(invoke.Pipe, field),
        PipeNode pipe => pipe.Commands.Any(c => Uses(c, field)),
        CommandNode command => command.Arguments.Any(a => Uses(a, field)) || IsWhole(command),
        FieldNode f => f.Names.Contains(field),
        VariableNode v => v.Names.Contains(field),
        ChainNode c => c.Names.Contains(field) || Uses(c.Start, field),
        _ => false,
    };

    private static bool IsWhole(CommandNode command) =>
        command.Arguments is [IdentifierNode { Name: "json" }, DotNode or VariableNode { Names: ["$"] }];
}
