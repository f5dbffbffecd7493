namespace Gantry.Cli.Templates;

/// <summary>eq, ne, lt and their kin: defined between two values of the same basic kind.</summary>
internal static class Comparisons
{
    private enum Kind { None, Bool, Integer, Float, Text }

    /// <summary>True when the first argument equals any of the others.</summary>
    public static object? Equal(object?[] arguments)
    {
        if (arguments.Length < 2) throw new TemplateCallException("missing argument for comparison");
        foreach (var other in arguments.AsSpan(1))
        {
            if (Same(arguments[0], other)) return true;
        }
        return false;
    }

    public static bool Same(object? left, object? right)
    {
        if (left is null || right is null) return left is null && right is null;
        var kind = KindOf(left);
        if (kind != KindOf(right)) throw new TemplateCallException("incompatible types for comparison");
        return kind switch
        {
            Kind.Bool => (bool)left == (bool)right,
            Kind.Integer => (long)left == (long)right,
            Kind.Float => (double)left == (double)right,
            Kind.Text => GoValue.AsText(left) == GoValue.AsText(right),
            _ => throw new TemplateCallException($"non-comparable type {GoPrinter.Text(left)}: {GoValue.TypeName(left)}"),
        };
    }

    public static bool Less(object? left, object? right)
    {
        var kind = KindOf(left);
        if (kind == Kind.None) throw new TemplateCallException("invalid type for comparison");
        if (kind != KindOf(right)) throw new TemplateCallException("incompatible types for comparison");
        return kind switch
        {
            Kind.Integer => (long)left! < (long)right!,
            Kind.Float => (double)left! < (double)right!,
            Kind.Text => string.CompareOrdinal(GoValue.AsText(left), GoValue.AsText(right)) < 0,
            _ => throw new TemplateCallException("invalid type for comparison"),
        };
    }

    private static Kind KindOf(object? value) => value switch
    {
        bool => Kind.Bool,
        long => Kind.Integer,
        double => Kind.Float,
        string or JsonNumber => Kind.Text,
        _ => Kind.None,
    };
}
