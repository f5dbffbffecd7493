using System.Text.Encodings.Web;

namespace Gantry.Oci.Runtime.Writing;

/// <summary>Escapes what RFC 8259 (section 7) says must be, and nothing else. The framework's own encoders first make tables of all
/// characters: a thirtieth of an exec's time.</summary>
public sealed unsafe class MinimalEncoder : JavaScriptEncoder
{
    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < 0x20 or '"' or '\\';

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i])) return i;
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == textLength || !char.IsSurrogatePair(text[i], text[i + 1])) return i;
            i++;
        }
        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        string escaped = unicodeScalar is '"' or '\\' ? $"\\{(char)unicodeScalar}" : $"\\u{unicodeScalar:x4}";
        numberOfCharactersWritten = escaped.Length <= bufferLength ? escaped.Length : 0;
        escaped.AsSpan(0, numberOfCharactersWritten).CopyTo(new Span<char>(buffer, bufferLength));
        return numberOfCharactersWritten > 0;
    }
}
