namespace Gantry.Cli.Templates;

internal sealed partial class TemplateEvaluator
{
    /// <summary>Stands for "no value comes down the pipe", which is not the same as nil coming down.</summary>
    private static readonly object NoInput = new();

    private object? EvaluatePipe(object? dot, PipeNode pipe)
    {
        _current = pipe;
        var value = NoInput;
        foreach (var command in pipe.Commands) value = EvaluateCommand(dot, command, value)!;
        foreach (var declaration in pipe.Declarations)
        {
            if (pipe.IsAssignment) Assign(declaration.Names[0], value);
            else _variables.Add((declaration.Names[0], value));
        }
        return value;
    }

    private object? EvaluateCommand(object? dot, CommandNode command, object? input)
    {
        var first = command.Arguments[0];
        switch (first)
        {
            case FieldNode field:
                _current = field;
                return EvaluateFields(dot, dot, field.Names, field, command.Arguments, input);
            case ChainNode chain:
                return EvaluateChain(dot, chain, command.Arguments, input);
            case VariableNode variable:
                return EvaluateVariable(dot, variable, command.Arguments, input);
            case IdentifierNode function:
                return EvaluateFunction(dot, function, command, command.Arguments, input);
            case PipeNode inner:
                RefuseArguments(first, command.Arguments, input);
                return EvaluatePipe(dot, inner);
        }
        RefuseArguments(first, command.Arguments, input);
        _current = first;
        return first switch
        {
            DotNode => dot,
            LiteralNode literal => literal.Value,
            NilNode => throw Fail("nil is not a command"),
            _ => throw Fail($"can't evaluate command {GoQuote.Quote(first.ToString()!)}"),
        };
    }

    private void RefuseArguments(TemplateNode first, List<TemplateNode> arguments, object? input)
    {
        if (arguments.Count <= 1 && ReferenceEquals(input, NoInput)) return;
        _current = first;
        throw Fail($"can't give argument to non-function {first}");
    }

    private object? EvaluateArgument(object? dot, TemplateNode node)
    {
        _current = node;
        return node switch
        {
            DotNode => dot,
            NilNode => null,
            LiteralNode literal => literal.Value,
            FieldNode field => EvaluateFields(dot, dot, field.Names, field, [field], NoInput),
            VariableNode variable => EvaluateVariable(dot, variable, [], NoInput),
            PipeNode pipe => EvaluatePipe(dot, pipe),
            IdentifierNode function => EvaluateFunction(dot, function, function, [function], NoInput),
            _ => EvaluateChain(dot, (ChainNode)node, [node], NoInput),
        };
    }

    private object? EvaluateVariable(object? dot, VariableNode variable, List<TemplateNode> arguments, object? input)
    {
        _current = variable;
        var at = _variables.FindLastIndex(v => v.Name == variable.Names[0]);
        if (at < 0) throw Fail($"undefined variable: {variable.Names[0]}");
        var value = _variables[at].Value;
        if (variable.Names.Length > 1) return EvaluateFields(dot, value, variable.Names[1..], variable, arguments, input);
        RefuseArguments(variable, arguments, input);
        return value;
    }

    private object? EvaluateChain(object? dot, ChainNode chain, List<TemplateNode> arguments, object? input)
    {
        _current = chain;
        if (chain.Start is NilNode) throw Fail("indirection through explicit nil in " + chain);
        var start = EvaluateArgument(dot, chain.Start);
        return EvaluateFields(dot, start, chain.Names, chain, arguments, input);
    }

    private object? EvaluateFields(object? dot, object? receiver, string[] names, TemplateNode node, List<TemplateNode> arguments,
        object? input)
    {
        for (var i = 0; i < names.Length - 1; i++)
        {
            receiver = EvaluateField(dot, names[i], node, [], NoInput, receiver);
            // What comes out of an untyped map is of no known type as far as the next field is concerned.
            if (missingKeyIsError && receiver is not (TemplateMap or NoValue))
                throw Fail($"can't evaluate field {names[i + 1]} in type interface {{}}");
        }
        return EvaluateField(dot, names[^1], node, arguments, input, receiver);
    }

    private object? EvaluateField(object? dot, string name, TemplateNode node, List<TemplateNode> arguments, object? input,
        object? receiver)
    {
        var hasArguments = arguments.Count > 1 || !ReferenceEquals(input, NoInput);
        switch (receiver)
        {
            case NoValue:
                return missingKeyIsError ? throw Fail($"nil data; no entry for key {GoQuote.Quote(name)}") : NoValue.Instance;
            case null:
                throw Fail($"nil pointer evaluating interface {{}}.{name}");
            case TemplateObject target:
                return GetFromObject(dot, target, name, node, arguments, input, hasArguments);
            case TemplateMap map:
                if (hasArguments) throw Fail($"{name} is not a method but has arguments");
                if (map.TryGet(name, out var value)) return value;
                return missingKeyIsError ? throw Fail($"map has no entry for key {GoQuote.Quote(name)}") : NoValue.Instance;
            default:
                throw Fail($"can't evaluate field {name} in type {GoValue.TypeName(receiver)}");
        }
    }

    private object? GetFromObject(object? dot, TemplateObject target, string name, TemplateNode node, List<TemplateNode> arguments,
        object? input, bool hasArguments)
    {
        object?[] values = hasArguments
            ? [.. arguments.Skip(1).Select(a => EvaluateArgument(dot, a)), .. ReferenceEquals(input, NoInput) ? [] : new[] { input }] : [];
        try
        {
            if (target.TryGet(name, values, out var value)) return value;
        }
        catch (TemplateCallException refused)
        {
            _current = node;
            throw Fail(refused.Message);
        }
        _current = node;
        throw Fail(hasArguments ? $"{name} is not a method but has arguments" : $"can't evaluate field {name} in type {target.TypeName}");
    }

    private object? EvaluateFunction(object? dot, IdentifierNode name, TemplateNode call, List<TemplateNode> arguments, object? input)
    {
        _current = name;
        var signature = TemplateFunctions.Find(name.Name);
        var piped = !ReferenceEquals(input, NoInput);
        var count = arguments.Count - 1 + (piped ? 1 : 0);
        if (signature.Refuses(count) is { } refusal) throw Fail($"wrong number of args for {name.Name}: {refusal}");
        if (name.Name is "and" or "or") return EvaluateShortCircuit(dot, name.Name == "or", arguments, input, piped);

        if (KeepsText && TemplateFunctions.ShapesText(name.Name))
            return piped && arguments.Count == 1 ? input : EvaluateArgument(dot, arguments[1]);

        var values = new object?[count];
        for (var i = 1; i < arguments.Count; i++) values[i - 1] = EvaluateTyped(dot, arguments[i], signature.TypeOf(i - 1));
        if (piped) values[^1] = Convert(input, signature.TypeOf(count - 1));
        try
        {
            return signature.Invoke(values);
        }
        catch (TemplateCallException failure)
        {
            _current = call;
            throw Fail($"error calling {name.Name}: {failure.Message}");
        }
    }

    /// <summary>and/or stop at the first argument that decides.</summary>
    private object? EvaluateShortCircuit(object? dot, bool stopAt, List<TemplateNode> arguments, object? input, bool piped)
    {
        object? value = null;
        for (var i = 1; i < arguments.Count; i++)
        {
            value = EvaluateArgument(dot, arguments[i]);
            if (GoValue.IsTrue(value) == stopAt) return value;
        }
        return piped ? input : value;
    }

    private object? EvaluateTyped(object? dot, TemplateNode node, ParameterType type)
    {
        if (node is LiteralNode literal && type != ParameterType.Any)
        {
            _current = node;
            var fits = type switch
            {
                ParameterType.String => literal.Value is string,
                ParameterType.Integer => literal.Value is long,
                _ => false,
            };
            if (fits) return literal.Value;
            throw Fail(type == ParameterType.StringList ? $"can't handle {node} for arg of type []string"
                : $"expected {(type == ParameterType.String ? "string" : "integer")}; found {node}");
        }
        return Convert(EvaluateArgument(dot, node), type);
    }

    private object? Convert(object? value, ParameterType type)
    {
        if (type == ParameterType.Any) return GoValue.AsArgument(value);
        if (value is NoValue) throw Fail($"invalid value; expected {TemplateFunctions.TypeName(type)}");
        var fits = type switch
        {
            ParameterType.String => value is string,
            ParameterType.Integer => value is long,
            _ => value is TemplateList list && list.Items.All(i => i is string),
        };
        return fits ? value
            : throw Fail($"wrong type for value; expected {TemplateFunctions.TypeName(type)}; got {GoValue.TypeName(value)}");
    }
}
