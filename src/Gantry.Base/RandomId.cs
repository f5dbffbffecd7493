using System.Security.Cryptography;

namespace Gantry;

/// <summary>64 hexadecimal digits by chance: what containers, networks, execs and volumes without a name are called.</summary>
public static class RandomId
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
}
