namespace Gantry.Cli.Templates;

internal enum TokenKind
{
    Text,
    LeftDelimiter,
    RightDelimiter,
    Identifier,
    Keyword,
    Field,
    Variable,
    String,
    RawString,
    Character,
    Number,
    Bool,
    Nil,
    Dot,
    Pipe,
    Assign,
    Declare,
    LeftParen,
    RightParen,
    Space,
    Comma,
    Other,
    End,
}

/// <summary>One lexical element; <paramref name="Position"/> is the offset in UTF-8 bytes, which is what error messages count in.</summary>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int Position, int Line)
{
    /// <summary>The form used in "unexpected … in …" messages.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Keyword or TokenKind.Dot or TokenKind.Nil => $"<{Text}>",
        _ when Text.Length > 10 => GoQuote.Quote(Text[..10]) + "...",
        _ => GoQuote.Quote(Text),
    };
}
