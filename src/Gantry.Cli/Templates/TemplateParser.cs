namespace Gantry.Cli.Templates;

/// <summary>Builds the tree of a template: text, actions and control structures. Pipelines are in the other half of this type.</summary>
internal sealed partial class TemplateParser
{
    private readonly TemplateLexer _lexer;
    private readonly Dictionary<string, ListNode> _definitions;
    private readonly List<string> _variables = ["$"];
    private readonly Stack<TemplateToken> _pushedBack = new();
    private int _rangeDepth;
    private int _line = 1;

    private TemplateParser(string text, Dictionary<string, ListNode> definitions)
    {
        _lexer = new TemplateLexer(text);
        this._definitions = definitions;
    }

    /// <param name="text">The template.</param>
    /// <param name="definitions">Receives the templates named by define and block.</param>
    public static ListNode Parse(string text, Dictionary<string, ListNode> definitions)
    {
        var parser = new TemplateParser(text, definitions);
        var root = parser.ParseList(out var terminator);
        return terminator.Kind switch
        {
            TokenKind.End => root,
            _ => throw parser.UnexpectedTerminator(terminator),
        };
    }

    private TemplateException UnexpectedTerminator(TemplateToken terminator)
    {
        if (terminator.Text == "else") ExpectRightDelimiter("else");
        return Error($"unexpected {{{{{terminator.Text}}}}}");
    }

    /// <summary>Reads nodes up to the end of the text, {{end}} or {{else}}, which is handed back; of the latter more may follow.</summary>
    private ListNode ParseList(out TemplateToken terminator)
    {
        var list = new ListNode(0);
        while (true)
        {
            var token = Next();
            switch (token.Kind)
            {
                case TokenKind.End:
                    terminator = token;
                    return list;
                case TokenKind.Text:
                    list.Nodes.Add(new TextNode(token.Position, token.Text));
                    continue;
            }
            var first = NextNonSpace();
            if (first.Kind != TokenKind.Keyword)
            {
                Push(first);
                list.Nodes.Add(new ActionNode(first.Position, ParsePipeline("command", TokenKind.RightDelimiter)));
                continue;
            }
            if (first.Text is "end" or "else")
            {
                if (first.Text == "end") ExpectRightDelimiter("end");
                terminator = first;
                return list;
            }
            if (ParseKeyword(first) is { } node) list.Nodes.Add(node);
        }
    }

    private TemplateNode? ParseKeyword(TemplateToken token)
    {
        switch (token.Text)
        {
            case "if": return ParseBranch(BranchKind.If, token);
            case "range": return ParseBranch(BranchKind.Range, token);
            case "with": return ParseBranch(BranchKind.With, token);
            case "break" or "continue": return ParseLoopExit(token);
            case "template": return ParseInvocation(token);
            case "block": return ParseBlock(token);
            default:
                ParseDefinition();
                return null;
        }
    }

    private BranchNode ParseBranch(BranchKind kind, TemplateToken keyword)
    {
        var name = keyword.Text;
        var scope = _variables.Count;
        var pipe = ParsePipeline(name, TokenKind.RightDelimiter);
        if (kind == BranchKind.Range) _rangeDepth++;
        var body = ParseList(out var terminator);
        if (kind == BranchKind.Range) _rangeDepth--;
        ListNode? otherwise = null;
        if (terminator.Kind == TokenKind.End) throw Error("unexpected EOF");
        if (terminator.Text == "else") otherwise = ParseElse(kind);
        _variables.RemoveRange(scope, _variables.Count - scope);
        return new BranchNode(keyword.Position, kind, pipe, body, otherwise);
    }

    /// <summary>{{else}}, {{else if …}} or {{else with …}}; the chained forms share the one {{end}}.</summary>
    private ListNode ParseElse(BranchKind kind)
    {
        var next = PeekNonSpace();
        var chained = next.Kind == TokenKind.Keyword
            && ((kind == BranchKind.If && next.Text == "if") || (kind == BranchKind.With && next.Text == "with"));
        if (chained)
        {
            var keyword = NextNonSpace();
            var list = new ListNode(keyword.Position);
            list.Nodes.Add(ParseBranch(kind, keyword));
            return list;
        }
        ExpectRightDelimiter("else");
        var body = ParseList(out var terminator);
        if (terminator.Kind == TokenKind.End) throw Error("unexpected EOF");
        if (terminator.Text == "else") throw Error("expected end; found {{else}}");
        return body;
    }

    private LoopExitNode ParseLoopExit(TemplateToken token)
    {
        var next = NextNonSpace();
        if (next.Kind != TokenKind.RightDelimiter) throw Unexpected(next, $"{{{{{token.Text}}}}}");
        if (_rangeDepth == 0) throw Error($"{{{{{token.Text}}}}} outside {{{{range}}}}");
        return new LoopExitNode(token.Position, token.Text == "continue");
    }

    private InvokeNode ParseInvocation(TemplateToken keyword)
    {
        var name = ParseTemplateName("template clause", out var position);
        return new InvokeNode(position, name, ParseOptionalPipe("template clause"));
    }

    private InvokeNode ParseBlock(TemplateToken keyword)
    {
        var name = ParseTemplateName("block clause", out var position);
        var pipe = ParsePipeline("block clause", TokenKind.RightDelimiter);
        _definitions[name] = ParseDefinitionBody("block clause");
        return new InvokeNode(position, name, pipe);
    }

    private void ParseDefinition()
    {
        var name = ParseTemplateName("define clause", out _);
        ExpectRightDelimiter("define clause");
        _definitions[name] = ParseDefinitionBody("define clause");
    }

    private ListNode ParseDefinitionBody(string context)
    {
        var outer = _variables.ToArray();
        var depth = _rangeDepth;
        _rangeDepth = 0;
        _variables.RemoveRange(1, _variables.Count - 1);
        var body = ParseList(out var terminator);
        if (terminator.Kind == TokenKind.End) throw Error("unexpected EOF");
        if (terminator.Text != "end") throw Unexpected(terminator, context);
        _variables.Clear();
        _variables.AddRange(outer);
        _rangeDepth = depth;
        return body;
    }

    private string ParseTemplateName(string context, out int position)
    {
        var token = NextNonSpace();
        position = token.Position;
        if (token.Kind is TokenKind.String or TokenKind.RawString) return Unquote(token);
        throw Unexpected(token, context);
    }

    private PipeNode? ParseOptionalPipe(string context)
    {
        var next = NextNonSpace();
        if (next.Kind == TokenKind.RightDelimiter) return null;
        Push(next);
        return ParsePipeline(context, TokenKind.RightDelimiter);
    }

    private void ExpectRightDelimiter(string context)
    {
        var token = NextNonSpace();
        if (token.Kind != TokenKind.RightDelimiter) throw Unexpected(token, context);
    }

    private TemplateToken Next()
    {
        var token = _pushedBack.Count > 0 ? _pushedBack.Pop() : _lexer.Next();
        _line = token.Line;
        return token;
    }

    private TemplateToken NextNonSpace()
    {
        while (true)
        {
            var token = Next();
            if (token.Kind != TokenKind.Space) return token;
        }
    }

    private TemplateToken PeekNonSpace()
    {
        var token = NextNonSpace();
        Push(token);
        return token;
    }

    private TemplateToken Peek()
    {
        var token = Next();
        Push(token);
        return token;
    }

    private void Push(TemplateToken token) => _pushedBack.Push(token);

    private TemplateException Unexpected(TemplateToken token, string context) => Error($"unexpected {token} in {context}");

    private TemplateException Error(string message) => new($"template: :{_line}: {message}", isParseError: true);
}
