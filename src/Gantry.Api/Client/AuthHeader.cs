using System.Buffers.Text;

namespace Gantry.Api.Client;

/// <summary>Credentials in a header: base64url, with the padding that dockerd 20.10 cannot do without.</summary>
public static class AuthHeader
{
    public static string Encode(ReadOnlySpan<byte> json)
    {
        string text = Base64Url.EncodeToString(json);
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }
}
