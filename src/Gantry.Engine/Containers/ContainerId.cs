using System.Security.Cryptography;

namespace Gantry.Engine.Containers;

/// <summary>64 lower-case hexadecimal digits; people type any unique prefix.</summary>
public static class ContainerId
{
    public const int Length = 64;
    /// <summary>What tables and host names show.</summary>
    public const int ShortLength = 12;

    /// <summary>Never all digits in its first twelve: as a host name that would read as a number.</summary>
    public static string New()
    {
        while (true)
        {
            string id = RandomNumberGenerator.GetHexString(Length, lowercase: true);
            if (id.AsSpan(0, ShortLength).ContainsAnyExceptInRange('0', '9')) return id;
        }
    }

    public static bool IsValid(string text) => text.Length == Length && !text.AsSpan().ContainsAnyExcept("0123456789abcdef");

    public static string Short(string id) => id.Length > ShortLength ? id[..ShortLength] : id;
}
