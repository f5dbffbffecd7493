namespace Gantry.Cli.Templates;

internal sealed partial class TemplateParser
{
    private PipeNode ParsePipeline(string context, TokenKind end)
    {
        var pipe = new PipeNode(PeekNonSpace().Position);
        ParseDeclarations(pipe, context);
        while (true)
        {
            var token = NextNonSpace();
            if (token.Kind == end)
            {
                CheckPipeline(pipe, context);
                return pipe;
            }
            switch (token.Kind)
            {
                case TokenKind.Bool or TokenKind.Character or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number
                    or TokenKind.Nil or TokenKind.RawString or TokenKind.String or TokenKind.Variable or TokenKind.LeftParen:
                    Push(token);
                    pipe.Commands.Add(ParseCommand());
                    break;
                default:
                    throw Unexpected(token, context);
            }
        }
    }

    private void ParseDeclarations(PipeNode pipe, string context)
    {
        while (true)
        {
            var variable = PeekNonSpace();
            if (variable.Kind != TokenKind.Variable) return;
            NextNonSpace();
            // "$x" may start an expression as well; the space after it is only skipped when a declaration follows.
            var space = Peek();
            var next = PeekNonSpace();
            switch (next.Kind)
            {
                case TokenKind.Assign or TokenKind.Declare:
                    NextNonSpace();
                    pipe.IsAssignment = next.Kind == TokenKind.Assign;
                    pipe.Declarations.Add(new VariableNode(variable.Position, variable.Text.Split('.')));
                    _variables.Add(variable.Text);
                    return;
                case TokenKind.Comma:
                    NextNonSpace();
                    pipe.Declarations.Add(new VariableNode(variable.Position, variable.Text.Split('.')));
                    _variables.Add(variable.Text);
                    if (context == "range" && pipe.Declarations.Count < 2 && PeekNonSpace().Kind is TokenKind.Variable) continue;
                    throw Error($"too many declarations in {context}");
                default:
                    if (space.Kind == TokenKind.Space) Push(space);
                    Push(variable);
                    return;
            }
        }
    }

    private void CheckPipeline(PipeNode pipe, string context)
    {
        if (pipe.Commands.Count == 0) throw Error($"missing value for {context}");
        for (var i = 1; i < pipe.Commands.Count; i++)
        {
            if (pipe.Commands[i].Arguments[0] is LiteralNode or DotNode or NilNode)
                throw Error($"non executable command in pipeline stage {i + 1}");
        }
    }

    private CommandNode ParseCommand()
    {
        var command = new CommandNode(PeekNonSpace().Position);
        while (true)
        {
            PeekNonSpace();
            if (ParseOperand() is { } operand) command.Arguments.Add(operand);
            var token = Next();
            switch (token.Kind)
            {
                case TokenKind.Space:
                    continue;
                case TokenKind.RightDelimiter or TokenKind.RightParen:
                    Push(token);
                    break;
                case TokenKind.Pipe:
                    break;
                default:
                    throw Unexpected(token, "operand");
            }
            return command.Arguments.Count > 0 ? command : throw Error("empty command");
        }
    }

    /// <summary>A term with the fields taken from it.</summary>
    private TemplateNode? ParseOperand()
    {
        var node = ParseTerm();
        if (node is null || Peek().Kind != TokenKind.Field) return node;
        var position = Peek().Position;
        var names = new List<string>();
        while (Peek().Kind == TokenKind.Field) names.Add(Next().Text[1..]);
        return node switch
        {
            FieldNode field => new FieldNode(position, [.. field.Names, .. names]),
            VariableNode variable => new VariableNode(position, [.. variable.Names, .. names]),
            LiteralNode or NilNode => throw Error($"unexpected . after term {GoQuote.Quote(node.ToString()!)}"),
            _ => new ChainNode(position, node, [.. names]),
        };
    }

    private TemplateNode? ParseTerm()
    {
        var token = NextNonSpace();
        switch (token.Kind)
        {
            case TokenKind.Identifier:
                if (!TemplateFunctions.Exists(token.Text)) throw Error($"function {GoQuote.Quote(token.Text)} not defined");
                return new IdentifierNode(token.Position, token.Text);
            case TokenKind.Dot: return new DotNode(token.Position);
            case TokenKind.Nil: return new NilNode(token.Position);
            case TokenKind.Variable: return UseVariable(token);
            case TokenKind.Field: return new FieldNode(token.Position, [token.Text[1..]]);
            case TokenKind.Bool: return new LiteralNode(token.Position, token.Text == "true", token.Text);
            case TokenKind.Character: return new LiteralNode(token.Position, CharacterValue(token), token.Text);
            case TokenKind.Number: return new LiteralNode(token.Position, NumberValue(token), token.Text);
            case TokenKind.String or TokenKind.RawString: return new LiteralNode(token.Position, Unquote(token), token.Text);
            case TokenKind.LeftParen: return ParsePipeline("parenthesized pipeline", TokenKind.RightParen);
        }
        Push(token);
        return null;
    }

    private VariableNode UseVariable(TemplateToken token) =>
        _variables.Contains(token.Text)
            ? new VariableNode(token.Position, [token.Text])
            : throw Error($"undefined variable {GoQuote.Quote(token.Text)}");

    private object NumberValue(TemplateToken token) =>
        GoNumber.TryParse(token.Text, out var value) ? value : throw Error($"illegal number syntax: {GoQuote.Quote(token.Text)}");

    private object CharacterValue(TemplateToken token)
    {
        if (!GoQuote.TryUnquote(token.Text.AsSpan(1, token.Text.Length - 2), '\'', out var text))
            throw Error($"invalid syntax: {token.Text}");
        var runes = text.EnumerateRunes();
        if (!runes.MoveNext()) throw Error($"malformed character constant: {token.Text}");
        var value = (long)runes.Current.Value;
        return runes.MoveNext() ? throw Error($"malformed character constant: {token.Text}") : value;
    }

    private string Unquote(TemplateToken token)
    {
        if (token.Kind == TokenKind.RawString) return token.Text[1..^1];
        return GoQuote.TryUnquote(token.Text.AsSpan(1, token.Text.Length - 2), '"', out var value) ? value : throw Error("invalid syntax");
    }
}
