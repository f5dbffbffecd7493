using System.Text;

namespace Gantry.Engine.Images.Changes;

/// <summary>What ENV and LABEL take: <c>a=b c="d e"</c>, or in the old form one name and the whole rest as its value.</summary>
internal static class NameValues
{
    /// <returns>As written: quotes, escapes and variables are still in them.</returns>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static List<KeyValuePair<string, string>> Parse(Instruction instruction)
    {
        List<string> words = Words(instruction.Rest, instruction.Escape);
        if (words.Count == 0) throw GantryException.Invalid($"{instruction.Name} requires at least one argument");
        if (!words[0].Contains('='))
        {
            int blank = instruction.Rest.AsSpan().IndexOfAny(Instruction.Blanks);
            if (blank < 0) throw GantryException.Invalid($"{instruction.Name} must have two arguments");
            return [new(instruction.Rest[..blank], instruction.Rest[blank..].TrimStart())];
        }
        return [.. words.Select(word => Pair(instruction, word))];
    }

    private static KeyValuePair<string, string> Pair(Instruction instruction, string word)
    {
        int equals = word.IndexOf('=');
        if (equals < 0)
            throw GantryException.Invalid($"Syntax error - can't find = in {GoQuote.Quote(word)}. Must be of the form: name=value");
        if (equals == 0) throw GantryException.Invalid($"{instruction.Name} names can not be blank");
        return new(word[..equals], word[(equals + 1)..]);
    }

    /// <summary>Cuts at blanks outside of quotes. An escape character and what follows it stay together,
    /// but in single quotes it is one like any other.</summary>
    private static List<string> Words(string text, char escape)
    {
        List<string> words = [];
        StringBuilder word = new();
        char quote = '\0';
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (word.Length > 0) words.Add(word.ToString());
                word.Clear();
                continue;
            }
            if (c == escape && quote != '\'')
            {
                // At the end it has nothing to escape, and is left out.
                if (i + 1 == text.Length) break;
                word.Append(c).Append(text[++i]);
                continue;
            }
            if (c == quote) quote = '\0';
            else if (quote == '\0' && c is '"' or '\'') quote = c;
            word.Append(c);
        }
        if (word.Length > 0) words.Add(word.ToString());
        return words;
    }
}
