using System.Globalization;
using System.Text;

namespace Gantry.Runtime.Cgroups.Systemd;

/// <summary>Values as GVariant's text format writes them ("GVariant Text Format" of GLib's documentation): <c>true</c>, <c>uint64 5</c>,
/// <c>'text'</c>, <c>['a', 'b']</c>, <c>@as []</c>, <c>&lt;1&gt;</c>.</summary>
/// <remarks>Without dictionaries, maybes and byte strings: no property of a unit is one.</remarks>
internal sealed class VariantText(string text)
{
    private const int Deepest = 16;
    private int _position, _depth;

    /// <exception cref="FormatException">The text is no such value; with the reason.</exception>
    public DBusValue Read()
    {
        DBusValue value = Value(null);
        return Next() == '\0' ? value : throw new FormatException($"\"{text[_position..]}\" follows its end");
    }

    /// <param name="type">What it must be; null where nothing around it says so.</param>
    private DBusValue Value(string? type)
    {
        if (++_depth > Deepest) throw new FormatException("it is nested too deep");
        DBusValue value = Next() switch
        {
            '\'' or '"' => new DBusValue(type is "o" or "g" ? type : "s", Quoted()),
            '[' => List(type),
            '(' => Tuple(type),
            '<' => Variant(),
            '@' => Value(Type()),
            >= '0' and <= '9' or '+' or '-' or '.' => Number(Word(), type),
            _ => Named(Word()),
        };
        _depth--;
        return type is null || value.Type == type ? value
            : throw new FormatException($"a value of type {type} is wanted, not {value.Type}");
    }

    private DBusValue Named(string word) => word switch
    {
        "true" or "false" => DBusValue.Of(word == "true"),
        "boolean" => Value("b"),
        "byte" => Value("y"),
        "int16" => Value("n"),
        "uint16" => Value("q"),
        "int32" => Value("i"),
        "uint32" => Value("u"),
        "int64" => Value("x"),
        "uint64" => Value("t"),
        "double" => Value("d"),
        "string" => Value("s"),
        "objectpath" => Value("o"),
        "signature" => Value("g"),
        _ => throw new FormatException(word.Length > 0 ? $"\"{word}\" is neither a value nor a type" : "a value is missing"),
    };

    private static DBusValue Number(string word, string? type)
    {
        bool negative = word[0] == '-';
        string digits = word[0] is '-' or '+' ? word[1..] : word;
        bool hexadecimal = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        type ??= !hexadecimal && digits.AsSpan().ContainsAny('.', 'e', 'E') ? "d" : "i";
        if (type == "d")
            return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double real) ? new DBusValue("d", real)
                : throw NoNumber(word);
        if (!ulong.TryParse(hexadecimal ? digits[2..] : digits, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out ulong size)) throw NoNumber(word);
        try
        {
            return new DBusValue(type, type switch
            {
                "y" => (byte)Unsigned(size, negative, byte.MaxValue),
                "q" => (ushort)Unsigned(size, negative, ushort.MaxValue),
                "u" => (uint)Unsigned(size, negative, uint.MaxValue),
                "t" => (object)Unsigned(size, negative, ulong.MaxValue),
                "n" => checked((short)Signed(size, negative)),
                "i" => checked((int)Signed(size, negative)),
                "x" => Signed(size, negative),
                _ => throw new FormatException($"a value of type {type} is wanted, not the number {word}"),
            });
        }
        catch (OverflowException)
        {
            throw new FormatException($"{word} is out of the range of its type");
        }
    }

    private static ulong Unsigned(ulong size, bool negative, ulong largest) =>
        size <= largest && !(negative && size > 0) ? size : throw new OverflowException();

    private static long Signed(ulong size, bool negative) =>
        negative && size == 1UL << 63 ? long.MinValue : negative ? -checked((long)size) : checked((long)size);

    private static FormatException NoNumber(string word) => new($"\"{word}\" is no number");

    private DBusValue List(string? type)
    {
        string? element = type is ['a', .. var wanted] ? wanted : null;
        List<DBusValue> elements = [];
        foreach (bool _ in Members(']'))
        {
            elements.Add(Value(element));
            element ??= elements[0].Type;
        }
        return element is not null ? DBusValue.Array(element, elements)
            : throw new FormatException("an empty list needs its type before it, as in @as []");
    }

    private DBusValue Tuple(string? type)
    {
        List<DBusValue> members = [];
        int place = 1;
        foreach (bool _ in Members(')'))
        {
            string? member = type is ['(', ..] && place < type.Length - 1 ? OneType(type, place) : null;
            members.Add(Value(member));
            place += member?.Length ?? 0;
        }
        return members.Count > 0 ? DBusValue.Structure(members) : throw new FormatException("a tuple without members");
    }

    private DBusValue Variant()
    {
        _position++;
        DBusValue value = DBusValue.Variant(Value(null));
        if (Next() != '>') throw new FormatException("a > is missing");
        _position++;
        return value;
    }

    // One turn for each member up to the closing mark, which may follow a comma.
    private IEnumerable<bool> Members(char close)
    {
        _position++;
        while (Next() != close)
        {
            yield return true;
            if (Next() == close) break;
            if (Next() != ',') throw new FormatException($"a {close} is missing");
            _position++;
        }
        _position++;
    }

    private string Type()
    {
        _position++;
        string type = OneType(text, _position);
        _position += type.Length;
        return type;
    }

    // A complete type out of many, without dictionaries.
    private static string OneType(string types, int start)
    {
        int end = start;
        while (end < types.Length && types[end] == 'a') end++;
        if (end >= types.Length || end - start > Deepest) throw new FormatException("a type is missing");
        if (types[end] != '(')
            return "ybnqiuxtdsogv".Contains(types[end]) ? types[start..(end + 1)]
                : throw new FormatException($"\"{types[end]}\" is no type");
        int depth = 0;
        do
        {
            if (end >= types.Length || !"ybnqiuxtdsogva()".Contains(types[end])) throw new FormatException("a type without end");
            depth += types[end] switch { '(' => 1, ')' => -1, _ => 0 };
            end++;
        }
        while (depth > 0);
        return types[start..end];
    }

    private string Word()
    {
        int start = _position;
        while (_position < text.Length && (char.IsAsciiLetterOrDigit(text[_position]) || text[_position] is '+' or '-' or '.' or '_'))
            _position++;
        return text[start.._position];
    }

    private string Quoted()
    {
        char quote = text[_position++];
        StringBuilder result = new();
        while (_position < text.Length && text[_position] != quote)
        {
            char c = text[_position++];
            if (c != '\\') result.Append(c);
            else AppendEscape(result);
        }
        if (_position++ >= text.Length) throw new FormatException("a quote is missing");
        return result.ToString();
    }

    private void AppendEscape(StringBuilder result)
    {
        if (_position >= text.Length) throw new FormatException("a quote is missing");
        char c = text[_position++];
        int digits = c switch { 'u' => 4, 'U' => 8, _ => 0 };
        if (digits == 0)
        {
            result.Append(c switch { 'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v', _ => c });
            return;
        }
        if (_position + digits > text.Length
            || !int.TryParse(text.AsSpan(_position, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code)
            || !Rune.IsValid(code) || code == 0)
            throw new FormatException($"\\{c} needs {digits} hexadecimal digits of a character");
        _position += digits;
        result.Append(new Rune(code));
    }

    /// <summary>The next character that is no space; NUL at the end.</summary>
    private char Next()
    {
        while (_position < text.Length && char.IsWhiteSpace(text[_position])) _position++;
        return _position < text.Length ? text[_position] : '\0';
    }
}
