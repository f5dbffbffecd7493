using System.Text;
using System.Text.Json;

namespace Gantry.Build.Dockerfile.Lexing;

/// <summary>The form <c>["a", "b"]</c> that several instructions take beside plain words.</summary>
public static class JsonForm
{
    /// <returns>Null when it is no list: what only looks like one is plain words, and what follows one is left out,
    /// as Docker has it.</returns>
    /// <exception cref="DockerfileException">A list, but not of strings alone.</exception>
    public static List<Word>? TryRead(Statement statement)
    {
        string text = statement.Rest;
        if (!text.StartsWith('[')) return null;
        List<Word> strings = [];
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int atByte = 0, atCharacter = 0;
        bool others = false;
        try
        {
            Utf8JsonReader reader = new(bytes);
            while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == 0))
            {
                if (reader.TokenType == JsonTokenType.StartArray && reader.CurrentDepth == 0) continue;
                others |= reader.TokenType != JsonTokenType.String || reader.CurrentDepth != 1;
                if (others) continue;
                atCharacter += Encoding.UTF8.GetCharCount(bytes, atByte, (int)reader.TokenStartIndex - atByte);
                atByte = (int)reader.TokenStartIndex;
                int length = Encoding.UTF8.GetCharCount(bytes, atByte, (int)reader.BytesConsumed - atByte);
                strings.Add(statement.Part(atCharacter, Math.Min(length, text.Length - atCharacter)) with { Text = reader.GetString()! });
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // No JSON, or half a surrogate in it, which is none either.
            return null;
        }
        return others ? throw statement.RefuseSyntax("when using JSON array syntax, arrays must be comprised of strings only",
            "put each element in double quotes") : strings;
    }
}
