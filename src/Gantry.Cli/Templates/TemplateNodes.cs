using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A piece of a parsed template. Its text form is what error messages show between "at &lt;" and "&gt;".</summary>
internal abstract class TemplateNode(int position)
{
    /// <summary>Offset in UTF-8 bytes.</summary>
    public int Position { get; } = position;
}

internal sealed class ListNode(int position) : TemplateNode(position)
{
    public List<TemplateNode> Nodes { get; } = [];
}

internal sealed class TextNode(int position, string text) : TemplateNode(position)
{
    public string Text { get; } = text;
}

internal sealed class ActionNode(int position, PipeNode pipe) : TemplateNode(position)
{
    public PipeNode Pipe { get; } = pipe;
    public override string ToString() => $"{{{{{Pipe}}}}}";
}

internal enum BranchKind { If, Range, With }

internal sealed class BranchNode(int position, BranchKind kind, PipeNode pipe, ListNode body, ListNode? otherwise) : TemplateNode(position)
{
    public BranchKind Kind { get; } = kind;
    public PipeNode Pipe { get; } = pipe;
    public ListNode Body { get; } = body;
    public ListNode? Otherwise { get; } = otherwise;
}

internal sealed class LoopExitNode(int position, bool isContinue) : TemplateNode(position)
{
    public bool IsContinue { get; } = isContinue;
}

internal sealed class InvokeNode(int position, string name, PipeNode? pipe) : TemplateNode(position)
{
    public string Name { get; } = name;
    public PipeNode? Pipe { get; } = pipe;
    public override string ToString() => $"{{{{template {GoQuote.Quote(Name)}{(Pipe is null ? "" : " " + Pipe)}}}}}";
}

internal sealed class PipeNode(int position) : TemplateNode(position)
{
    public List<VariableNode> Declarations { get; } = [];
    public bool IsAssignment { get; set; }
    public List<CommandNode> Commands { get; } = [];

    public override string ToString()
    {
        var output = new StringBuilder();
        if (Declarations.Count > 0) output.AppendJoin(", ", Declarations).Append(IsAssignment ? " = " : " := ");
        return output.AppendJoin(" | ", Commands).ToString();
    }
}

internal sealed class CommandNode(int position) : TemplateNode(position)
{
    public List<TemplateNode> Arguments { get; } = [];
    public override string ToString() => string.Join(' ', Arguments.Select(a => a is PipeNode ? $"({a})" : a.ToString()));
}

internal sealed class IdentifierNode(int position, string name) : TemplateNode(position)
{
    public string Name { get; } = name;
    public override string ToString() => Name;
}

internal sealed class FieldNode(int position, string[] names) : TemplateNode(position)
{
    public string[] Names { get; } = names;
    public override string ToString() => "." + string.Join('.', Names);
}

internal sealed class VariableNode(int position, string[] names) : TemplateNode(position)
{
    /// <summary>The variable with its dollar sign, then the fields taken from it.</summary>
    public string[] Names { get; } = names;
    public override string ToString() => string.Join('.', Names);
}

internal sealed class ChainNode(int position, TemplateNode start, string[] names) : TemplateNode(position)
{
    public TemplateNode Start { get; } = start;
    public string[] Names { get; } = names;
    public override string ToString() => (Start is PipeNode ? $"({Start})" : Start.ToString()) + "." + string.Join('.', Names);
}

internal sealed class DotNode(int position) : TemplateNode(position)
{
    public override string ToString() => ".";
}

internal sealed class NilNode(int position) : TemplateNode(position)
{
    public override string ToString() => "nil";
}

/// <summary>A literal: bool, number, character or string.</summary>
internal sealed class LiteralNode(int position, object value, string text) : TemplateNode(position)
{
    public object Value { get; } = value;
    public override string ToString() => text;
}
