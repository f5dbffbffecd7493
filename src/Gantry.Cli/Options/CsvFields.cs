using System.Text;

namespace Gantry.Cli.Options;

/// <summary>The one-line CSV of <c>--mount</c>, <c>--network</c> and <c>--publish</c>: a field with a comma is put in double quotes, a
/// quote within is doubled.</summary>
internal static class CsvFields
{
    public static List<string> Split(string text)
    {
        List<string> fields = [];
        StringBuilder field = new();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char letter = text[i];
            if (quoted && letter == '"' && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[++i]);
            else if (letter == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (letter == '"') throw new FormatException($"parse error on line 1, column {i + 1}: bare \" in non-quoted-field");
            else if (letter == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(letter);
        }
        if (quoted) throw new FormatException($"parse error on line 1, column {text.Length + 1}: extraneous or missing \" in quoted-field");
        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>Each field as key (lower case) and value; the value is null where there is no <c>=</c>.</summary>
    public static IEnumerable<(string Key, string? Value, string Field)> Pairs(string text)
    {
        foreach (string field in Split(text))
        {
            int equals = field.IndexOf('=');
            yield return equals < 0 ? (field.Trim().ToLowerInvariant(), null, field)
                : (field[..equals].Trim().ToLowerInvariant(), field[(equals + 1)..], field);
        }
    }
}
