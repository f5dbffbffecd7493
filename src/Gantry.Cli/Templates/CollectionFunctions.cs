using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>len, index and slice. Strings are measured and cut in UTF-8 bytes, as in Go.</summary>
internal static class CollectionFunctions
{
    public static object Length(object? value) => value switch
    {
        null => throw new TemplateCallException("len of nil pointer"),
        TemplateList list => (long)list.Items.Count,
        TemplateMap map => (long)map.Count,
        _ when GoValue.AsText(value) is { } text => (long)Encoding.UTF8.GetByteCount(text),
        _ => throw new TemplateCallException($"len of type {GoValue.TypeName(value)}"),
    };

    public static object? Index(object?[] arguments)
    {
        var item = arguments[0];
        if (item is null) throw new TemplateCallException("index of untyped nil");
        foreach (var key in arguments.AsSpan(1)) item = IndexOnce(item, key);
        return item;
    }

    private static object? IndexOnce(object? item, object? key)
    {
        switch (item)
        {
            case TemplateList list:
                return list.Items[Position(key, list.Items.Count, exclusive: true)];
            case TemplateMap map:
                if (key is null) throw new TemplateCallException("value is nil; should be of type string");
                if (key is not string name) throw new TemplateCallException($"value has type {GoValue.TypeName(key)}; should be string");
                return map.TryGet(name, out var value) ? value : map.Zero;
            case null or NoValue:
                throw new TemplateCallException("index of nil pointer");
        }
        if (GoValue.AsText(item) is not { } text) throw new TemplateCallException($"can't index item of type {GoValue.TypeName(item)}");
        var bytes = Encoding.UTF8.GetBytes(text);
        return (long)bytes[Position(key, bytes.Length, exclusive: true)];
    }

    public static object? Slice(object?[] arguments)
    {
        var item = arguments[0];
        if (item is null) throw new TemplateCallException("slice of untyped nil");
        if (arguments.Length > 4) throw new TemplateCallException($"too many slice indexes: {arguments.Length - 1}");
        var bytes = GoValue.AsText(item) is { } text ? Encoding.UTF8.GetBytes(text) : null;
        if (bytes is not null && arguments.Length == 4) throw new TemplateCallException("cannot 3-index slice a string");
        if (bytes is null && item is not TemplateList)
            throw new TemplateCallException($"can't slice item of type {GoValue.TypeName(item)}");

        var length = bytes?.Length ?? ((TemplateList)item).Items.Count;
        var from = arguments.Length > 1 ? Position(arguments[1], length, exclusive: false) : 0;
        var to = arguments.Length > 2 ? Position(arguments[2], length, exclusive: false) : length;
        if (from > to) throw new TemplateCallException($"invalid slice index: {from} > {to}");
        if (bytes is not null) return Encoding.UTF8.GetString(bytes, from, to - from);
        var list = (TemplateList)item;
        return new TemplateList([.. list.Items.Skip(from).Take(to - from)], list.TypeName);
    }

    private static int Position(object? key, int length, bool exclusive)
    {
        if (key is null) throw new TemplateCallException("cannot index slice/array with nil");
        if (key is not long n) throw new TemplateCallException($"cannot index slice/array with type {GoValue.TypeName(key)}");
        if (n < 0 || n > length || (exclusive && n == length)) throw new TemplateCallException($"index out of range: {n}");
        return (int)n;
    }
}
