using System.Text;

namespace Gantry.Network.Networks;

/// <summary>Names and identifiers of networks.</summary>
internal static class NetworkNames
{
    /// <summary>64 hexadecimal digits.</summary>
    public static string NewId() => Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <summary>The bridge's name where the request names none.</summary>
    public static string BridgeOf(string id) => $"br-{id[..12]}";

    /// <summary>Every name is one but those that networks have always; clients and compose files use blanks,
    /// slashes and letters of all scripts.</summary>
    /// <exception cref="GantryException">InvalidArgument; Forbidden for a predefined one.</exception>
    public static void Check(string name)
    {
        if (string.IsNullOrWhiteSpace(name)) throw GantryException.Invalid($"invalid name: {name}");
        // The blank at the end is Docker's.
        if (name is "bridge" or "host" or "none" or "default")
            throw new GantryException(ErrorKind.Forbidden, $"operation is not permitted on predefined {name} network ");
    }

    /// <summary>dev_valid_name() of the kernel; and it allocates a name for one with a percent sign, while nft cannot write a quote, and
    /// takes a star for any letters.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static void CheckBridge(string name)
    {
        bool valid = Encoding.UTF8.GetByteCount(name) is > 0 and < 16 && name is not ("." or "..")
            && !name.Any(letter => letter is '/' or ':' or '%' or '"' or '*' or '\0' || char.IsWhiteSpace(letter));
        if (!valid)
            throw GantryException.Invalid($"invalid bridge name: \"{name}\" is no name of an interface: 1 to 15 bytes without blanks, "
                + $"slashes, colons, quotes, stars and percent signs");
    }
}
