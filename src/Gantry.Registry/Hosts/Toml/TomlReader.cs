using System.Globalization;
using System.Text;

namespace Gantry.Registry.Hosts.Toml;

/// <summary>Reads the part of TOML 1.0 that configuration files of containerd use: tables, dotted and quoted keys, strings, integers,
/// booleans, arrays, inline tables.</summary>
/// <remarks>Values are <see cref="string"/>, <see cref="long"/>, <see cref="bool"/>, <c>List&lt;object&gt;</c> or <see cref="TomlTable"/>.
/// Dates, fractions, strings of several lines and arrays of tables are refused by name.</remarks>
internal ref struct TomlReader
{
    private const int MaxDepth = 16;

    private readonly string _source;
    private readonly ReadOnlySpan<char> _text;
    private int _at, _depth;

    private TomlReader(string text, string source)
    {
        _text = text;
        _source = source;
    }

    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="GantryException">Invalid, with file and line.</exception>
    public static TomlTable Read(string text, string source)
    {
        TomlReader reader = new(text, source);
        TomlTable root = new(), table = root;
        while (reader.SkipToContent())
        {
            if (reader.Take('['))
            {
                if (reader.Take('[')) throw reader.Wrong("arrays of tables are not used here");
                table = reader.Descend(root, reader.Key());
                reader.Expect(']');
            }
            else
            {
                reader.Pair(table);
            }
            reader.EndLine();
        }
        return root;
    }

    private void Pair(TomlTable table)
    {
        List<string> key = Key();
        Expect('=');
        SkipBlanks();
        TomlTable target = Descend(table, key[..^1]);
        if (!target.TryAdd(key[^1], Value())) throw Wrong($"{key[^1]} is set twice");
    }

    private readonly TomlTable Descend(TomlTable table, IReadOnlyList<string> path)
    {
        foreach (string name in path)
        {
            if (!table.TryGetValue(name, out object? inner)) table.Add(name, inner = new TomlTable());
            table = inner as TomlTable ?? throw Wrong($"{name} is a value and no table");
        }
        return table;
    }

    private List<string> Key()
    {
        List<string> parts = [];
        do
        {
            SkipBlanks();
            parts.Add(Peek is '"' or '\'' ? Quoted() : Bare());
            SkipBlanks();
        } while (Take('.'));
        return parts;
    }

    private string Bare()
    {
        int start = _at;
        while (Peek is '-' or '_' || char.IsAsciiLetterOrDigit(Peek)) _at++;
        return _at > start ? _text[start.._at].ToString() : throw Wrong("a key is expected");
    }

    private object Value()
    {
        if (++_depth > MaxDepth) throw Wrong("values are nested too deep");
        object value = Peek switch
        {
            '"' or '\'' => Quoted(),
            '[' => Array(),
            '{' => Inline(),
            _ => Plain(),
        };
        _depth--;
        return value;
    }

    private object Plain()
    {
        int start = _at;
        while (Peek is '+' or '-' or '_' or '.' or ':' || char.IsAsciiLetterOrDigit(Peek)) _at++;
        ReadOnlySpan<char> word = _text[start.._at];
        if (word is "true") return true;
        if (word is "false") return false;
        return long.TryParse(word.ToString().Replace("_", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out long number)
            ? number : throw Wrong(word.IsEmpty ? "a value is expected" : $"\"{word}\" is no string, integer or boolean");
    }

    private List<object> Array()
    {
        List<object> items = [];
        Expect('[');
        while (true)
        {
            SkipToContent();
            if (Take(']')) return items;
            items.Add(Value());
            SkipToContent();
            if (Take(',')) continue;
            Expect(']');
            return items;
        }
    }

    private TomlTable Inline()
    {
        TomlTable table = new();
        Expect('{');
        SkipBlanks();
        if (Take('}')) return table;
        do
        {
            Pair(table);
            SkipBlanks();
        } while (Take(','));
        Expect('}');
        return table;
    }

    private string Quoted()
    {
        char quote = Peek;
        if (_text[_at..].StartsWith(quote == '"' ? "\"\"\"" : "'''")) throw Wrong("strings of several lines are not used here");
        StringBuilder value = new();
        for (_at++; Peek != quote; _at++)
        {
            if (Peek is '\0' or '\n') throw Wrong("a string has no end");
            value.Append(Peek == '\\' && quote == '"' ? Escaped() : Peek.ToString());
        }
        _at++;
        return value.ToString();
    }

    private string Escaped()
    {
        _at++;
        switch (Peek)
        {
            case 'b': return "\b";
            case 't': return "\t";
            case 'n': return "\n";
            case 'f': return "\f";
            case 'r': return "\r";
            case '"' or '\\': return Peek.ToString();
            case 'u' or 'U':
                int digits = Peek == 'u' ? 4 : 8;
                if (_at + digits < _text.Length
                    && uint.TryParse(_text.Slice(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture,
                    out uint code) && Rune.IsValid(code))
                {
                    _at += digits;
                    return new Rune(code).ToString();
                }
                break;
        }
        throw Wrong("an escape in a string is not known");
    }

    /// <returns>False at the end of the text.</returns>
    private bool SkipToContent()
    {
        while (true)
        {
            SkipBlanks();
            if (Peek is not ('\n' or '\r')) return _at < _text.Length;
            _at++;
        }
    }

    private void EndLine()
    {
        SkipBlanks();
        if (_at < _text.Length && Peek is not ('\n' or '\r')) throw Wrong($"'{Peek}' is not expected");
    }

    /// <summary>Blanks, and a comment with what is left of its line.</summary>
    private void SkipBlanks()
    {
        while (Peek is ' ' or '\t') _at++;
        if (Peek == '#')
            while (_at < _text.Length && Peek != '\n') _at++;
    }

    private readonly char Peek => _at < _text.Length ? _text[_at] : '\0';

    private bool Take(char wanted)
    {
        if (Peek != wanted) return false;
        _at++;
        return true;
    }

    private void Expect(char wanted)
    {
        SkipBlanks();
        if (!Take(wanted)) throw Wrong($"'{wanted}' is expected");
    }

    private readonly GantryException Wrong(string what) =>
        GantryException.Invalid($"{_source}:{1 + _text[..Math.Min(_at, _text.Length)].Count('\n')}: {what}");
}

/// <summary>In the file's order, which for hosts is the order of trying.</summary>
internal sealed class TomlTable : OrderedDictionary<string, object>;
