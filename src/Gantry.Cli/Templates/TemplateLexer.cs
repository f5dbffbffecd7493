using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Cuts a template into tokens on demand, so that an early parse error is reported before a later lexical one.</summary>
/// <remarks>Grammar: https://pkg.go.dev/text/template. Delimiters are always {{ and }}.</remarks>
internal sealed class TemplateLexer(string input)
{
    private const string LeftTrim = "{{- ";

    private int _position;
    private int _line = 1;
    private int _bytes;
    private int _counted;
    private int _parens;
    private bool _inAction;

    public TemplateToken Next() => _inAction ? NextInAction() : NextText();

    private TemplateToken NextText()
    {
        while (true)
        {
            if (_position >= input.Length) return Token(TokenKind.End, _position, _position);
            var open = input.IndexOf("{{", _position, StringComparison.Ordinal);
            var start = _position;
            var end = open < 0 ? input.Length : open;
            var trimmed = open >= 0 && HasLeftTrim(open) ? TrimEnd(start, end) : end;
            if (trimmed > start)
            {
                var token = Token(TokenKind.Text, start, trimmed);
                CountTo(end);
                _position = end;
                return token;
            }
            CountTo(end);
            _position = end;
            if (open < 0) continue;
            var after = open + (HasLeftTrim(open) ? 3 : 2);
            if (StartsComment(open, out var body))
            {
                SkipComment(body);
                continue;
            }
            _inAction = true;
            _parens = 0;
            var delimiter = Token(TokenKind.LeftDelimiter, open, after);
            _position = after;
            return delimiter;
        }
    }

    private TemplateToken NextInAction()
    {
        if (AtRightDelimiter(out var trim))
        {
            if (_parens > 0) throw Error("unclosed left paren");
            var start = _position + (trim ? 2 : 0);
            var token = Token(TokenKind.RightDelimiter, start, start + 2);
            _position = start + 2;
            if (trim) SkipSpace();
            _inAction = false;
            return token;
        }
        if (_position >= input.Length) throw Error("unclosed action");
        var c = input[_position];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n': return Spaces();
            case '=': return Single(TokenKind.Assign);
            case ':':
                if (_position + 1 >= input.Length || input[_position + 1] != '=') throw Error("expected :=");
                return Take(TokenKind.Declare, _position + 2);
            case '|': return Single(TokenKind.Pipe);
            case '"': return Quoted('"', TokenKind.String, "unterminated quoted string");
            case '\'': return Quoted('\'', TokenKind.Character, "unterminated character constant");
            case '`': return Raw();
            case '$': return VariableToken();
            case '.' when _position + 1 >= input.Length || !char.IsAsciiDigit(input[_position + 1]): return FieldToken();
            case '(':
                _parens++;
                return Single(TokenKind.LeftParen);
            case ')':
                if (--_parens < 0) throw Error("unexpected right paren");
                return Single(TokenKind.RightParen);
            case ',': return Single(TokenKind.Comma);
        }
        if (c is '+' or '-' or '.' || char.IsAsciiDigit(c)) return NumberToken();
        if (IsAlphaNumeric(c)) return IdentifierToken();
        if (c is > ' ' and < (char)0x7f) return Single(TokenKind.Other);
        throw Error($"unrecognized character in action: {CharacterName(c)}");
    }

    private TemplateToken Spaces()
    {
        var end = _position;
        while (end < input.Length && IsSpace(input[end]))
        {
            // " -}}" belongs to the right delimiter; leave its space to it.
            if (end > _position && input.AsSpan(end).StartsWith(" -}}", StringComparison.Ordinal)) break;
            end++;
        }
        return Take(TokenKind.Space, end);
    }

    private bool AtRightDelimiter(out bool trim)
    {
        var rest = input.AsSpan(_position);
        trim = rest.Length > 3 && IsSpace(rest[0]) && rest[1..].StartsWith("-}}", StringComparison.Ordinal);
        return trim || rest.StartsWith("}}", StringComparison.Ordinal);
    }

    private TemplateToken Quoted(char quote, TokenKind kind, string unterminated)
    {
        for (var end = _position + 1; end < input.Length && input[end] != '\n'; end++)
        {
            if (input[end] == '\\') { end++; continue; }
            if (input[end] == quote) return Take(kind, end + 1);
        }
        throw Error(unterminated);
    }

    private TemplateToken Raw()
    {
        var end = input.IndexOf('`', _position + 1);
        return end < 0 ? throw Error("unterminated raw quoted string") : Take(TokenKind.RawString, end + 1);
    }

    private TemplateToken FieldToken()
    {
        var end = WordEnd(_position + 1);
        if (end == _position + 1)
        {
            if (end >= input.Length) throw Error("illegal number syntax: \".\"");
            CheckTerminator(end);
            return Take(TokenKind.Dot, end);
        }
        CheckTerminator(end);
        return Take(TokenKind.Field, end);
    }

    private TemplateToken VariableToken()
    {
        var end = WordEnd(_position + 1);
        CheckTerminator(end);
        return Take(TokenKind.Variable, end);
    }

    private TemplateToken IdentifierToken()
    {
        var end = WordEnd(_position);
        CheckTerminator(end);
        var word = input[_position..end];
        return Take(word switch
        {
            "true" or "false" => TokenKind.Bool,
            "nil" => TokenKind.Nil,
            "block" or "break" or "continue" or "define" or "else" or "end" or "if" or "range" or "template" or "with" => TokenKind.Keyword,
            _ => TokenKind.Identifier,
        }, end);
    }

    private TemplateToken NumberToken()
    {
        var end = _position;
        if (input[end] is '+' or '-') end++;
        var hex = end + 1 < input.Length && input[end] == '0' && input[end + 1] is 'x' or 'X';
        while (end < input.Length && (IsAlphaNumeric(input[end]) || input[end] == '.'
            || (!hex && input[end] is '+' or '-' && input[end - 1] is 'e' or 'E'))) end++;
        var text = input[_position..end];
        if (text.Length == 0 || !GoNumber.TryParse(text, out _)) throw Error($"bad number syntax: {GoQuote.Quote(text)}");
        return Take(TokenKind.Number, end);
    }

    /// <summary>A word must be followed by something that can end it, so that {{.X"a"}} is not read as two words.</summary>
    private void CheckTerminator(int end)
    {
        if (end >= input.Length) return;
        var c = input[end];
        if (IsSpace(c) || c is '.' or ',' or '|' or ':' or ')' or '(' or '=') return;
        if (input.AsSpan(end).StartsWith("}}", StringComparison.Ordinal)) return;
        _position = end;
        throw Error($"bad character {CharacterName(c)}");
    }

    private int WordEnd(int from)
    {
        while (from < input.Length && IsAlphaNumeric(input[from])) from++;
        return from;
    }

    private bool HasLeftTrim(int open) =>
        input.AsSpan(open).StartsWith("{{-", StringComparison.Ordinal) && open + LeftTrim.Length <= input.Length
            && IsSpace(input[open + 3]);

    private bool StartsComment(int open, out int body)
    {
        body = open + (HasLeftTrim(open) ? LeftTrim.Length : 2);
        return input.AsSpan(Math.Min(body, input.Length)).StartsWith("/*", StringComparison.Ordinal);
    }

    private void SkipComment(int body)
    {
        var close = input.IndexOf("*/", body, StringComparison.Ordinal);
        if (close < 0) throw Error("unclosed comment");
        CountTo(close + 2);
        _position = close + 2;
        if (!AtRightDelimiter(out var trim)) throw Error("comment ends before closing delimiter");
        _position += trim ? 4 : 2;
        if (trim) SkipSpace();
        CountTo(_position);
    }

    private void SkipSpace()
    {
        while (_position < input.Length && IsSpace(input[_position])) _position++;
        CountTo(_position);
    }

    private int TrimEnd(int start, int end)
    {
        while (end > start && IsSpace(input[end - 1])) end--;
        return end;
    }

    private TemplateToken Single(TokenKind kind) => Take(kind, _position + 1);

    private TemplateToken Take(TokenKind kind, int end)
    {
        var token = Token(kind, _position, end);
        _position = end;
        return token;
    }

    private TemplateToken Token(TokenKind kind, int start, int end)
    {
        CountTo(start);
        var token = new TemplateToken(kind, input[start..end], _bytes, _line);
        CountTo(end);
        return token;
    }

    private void CountTo(int end)
    {
        if (end <= _counted) return;
        var passed = input.AsSpan(_counted, end - _counted);
        _bytes += Encoding.UTF8.GetByteCount(passed);
        _line += passed.Count('\n');
        _counted = end;
    }

    private TemplateException Error(string message)
    {
        CountTo(_position);
        return new TemplateException($"template: :{_line}: {message}", isParseError: true);
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsAlphaNumeric(char c) => c == '_' || char.IsLetterOrDigit(c);

    private static string CharacterName(char c) =>
        $"U+{((int)c).ToString("X4", CultureInfo.InvariantCulture)}" + (char.IsControl(c) ? "" : $" '{c}'");
}
