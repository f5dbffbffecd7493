using System.Text.RegularExpressions;

namespace Gantry.Network;

/// <summary>Names and identifiers of networks.</summary>
internal static partial class NetworkNames
{
    /// <summary>64 hexadecimal digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void Check(string name)
    {
        if (name.Length == 0) throw GantryException.Invalid("invalid network name: name is empty");
        if (!Pattern().IsMatch(name)) throw GantryException.Invalid($"invalid network name: {name}: only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_.-]*$")]
    private static partial Regex Pattern();
}
