using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Walks a parsed template over data. The evaluation of pipelines and fields is in the other half of this type.</summary>
internal sealed partial class TemplateEvaluator(string text, Dictionary<string, ListNode> definitions, StringBuilder output,
    bool missingKeyIsError)
{
    // Deep enough for any honest template; a template that invokes itself for ever ends here instead of on the stack.
    private const int MaxDepth = 1000;

    private enum Flow { Next, Break, Continue }

    private readonly List<(string Name, object? Value)> _variables = [];
    private TemplateNode? _current;
    private string _executing = "";
    private int _depth;

    /// <summary>Docker's own text functions hand back their first argument, as for the titles of a table.</summary>
    public bool KeepsText { get; init; }

    public void Run(ListNode root, object? data)
    {
        _variables.Add(("$", data));
        Walk(data, root);
    }

    private Flow Walk(object? dot, TemplateNode node)
    {
        _current = node;
        switch (node)
        {
            case TextNode plain:
                output.Append(plain.Text);
                return Flow.Next;
            case ActionNode action:
                var value = EvaluatePipe(dot, action.Pipe);
                if (action.Pipe.Declarations.Count == 0) GoPrinter.Print(output, value);
                return Flow.Next;
            case ListNode list:
                foreach (var child in list.Nodes)
                {
                    var flow = Walk(dot, child);
                    if (flow != Flow.Next) return flow;
                }
                return Flow.Next;
            case BranchNode { Kind: BranchKind.Range } range:
                return WalkRange(dot, range);
            case BranchNode branch:
                return WalkCondition(dot, branch);
            case LoopExitNode exit:
                return exit.IsContinue ? Flow.Continue : Flow.Break;
            default:
                WalkInvocation(dot, (InvokeNode)node);
                return Flow.Next;
        }
    }

    private Flow WalkCondition(object? dot, BranchNode branch)
    {
        var scope = _variables.Count;
        var value = EvaluatePipe(dot, branch.Pipe);
        var flow = Flow.Next;
        if (GoValue.IsTrue(value)) flow = Walk(branch.Kind == BranchKind.With ? value : dot, branch.Body);
        else if (branch.Otherwise is { } otherwise) flow = Walk(dot, otherwise);
        Leave(scope);
        return flow;
    }

    private Flow WalkRange(object? dot, BranchNode range)
    {
        var scope = _variables.Count;
        _current = range;
        var value = EvaluatePipe(dot, range.Pipe);
        var inner = _variables.Count;
        var any = false;
        foreach (var (key, element) in Iterate(value))
        {
            any = true;
            Declare(range.Pipe, inner, key, element);
            var flow = Walk(element, range.Body);
            Leave(inner);
            if (flow == Flow.Break) break;
        }
        var after = !any && range.Otherwise is { } otherwise ? Walk(dot, otherwise) : Flow.Next;
        Leave(scope);
        return after;
    }

    /// <summary>One loop variable takes the element, two take key and element.</summary>
    private void Declare(PipeNode pipe, int inner, object? key, object? element)
    {
        if (pipe.Declarations.Count == 0) return;
        var last = pipe.Declarations.Count - 1;
        if (pipe.IsAssignment)
        {
            Assign(pipe.Declarations[last].Names[0], element);
            if (last == 1) Assign(pipe.Declarations[0].Names[0], key);
            return;
        }
        _variables[inner - 1] = (pipe.Declarations[last].Names[0], element);
        if (last == 1) _variables[inner - 2] = (pipe.Declarations[0].Names[0], key);
    }

    private IEnumerable<(object? Key, object? Element)> Iterate(object? value)
    {
        switch (value)
        {
            case null or NoValue:
                return [];
            case TemplateList list:
                return list.Items.Select((item, i) => ((object?)(long)i, item));
            case TemplateMap map:
                return map.Entries.Select(e => ((object?)e.Key, e.Value));
            case long n:
                return Counting(n);
            default:
                throw Fail($"range can't iterate over {GoPrinter.Text(value)}");
        }
    }

    private static IEnumerable<(object?, object?)> Counting(long n)
    {
        for (var i = 0L; i < n; i++) yield return (i, i);
    }

    private void WalkInvocation(object? dot, InvokeNode invoke)
    {
        if (!definitions.TryGetValue(invoke.Name, out var body)) throw Fail($"template {GoQuote.Quote(invoke.Name)} not defined");
        if (++_depth > MaxDepth) throw Fail($"exceeded maximum template depth ({MaxDepth})");
        var data = invoke.Pipe is null ? NoValue.Instance : EvaluatePipe(dot, invoke.Pipe);
        var outer = _variables.ToArray();
        var caller = _executing;
        _variables.Clear();
        _variables.Add(("$", data));
        _executing = invoke.Name;
        Walk(data, body);
        _executing = caller;
        _variables.Clear();
        _variables.AddRange(outer);
        _depth--;
    }

    private void Leave(int scope) => _variables.RemoveRange(scope, _variables.Count - scope);

    private void Assign(string name, object? value)
    {
        var at = _variables.FindLastIndex(v => v.Name == name);
        if (at < 0) throw Fail($"undefined variable: {name}");
        _variables[at] = (name, value);
    }

    /// <summary>The error of the node being evaluated, with its line and column.</summary>
    private TemplateException Fail(string message)
    {
        if (_current is null) return new TemplateException($"template: : {message}", isParseError: false);
        var before = Encoding.UTF8.GetBytes(text).AsSpan(0, _current.Position);
        var line = 1 + before.Count((byte)'\n');
        var column = _current.Position - (before.LastIndexOf((byte)'\n') + 1);
        return new TemplateException($"template: :{line}:{column}: executing {GoQuote.Quote(_executing)} at <{_current}>: {message}",
            isParseError: false);
    }
}
